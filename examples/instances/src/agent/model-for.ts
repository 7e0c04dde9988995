import type { BaseChatModel } from '@langchain/core/language_models/chat_models';

/** The steps of the agent that ask a model. */
export type AgentStep = 'assistant' | 'research' | 'answer';

/** The model for a step. */
export type ModelFor = (step: AgentStep) => BaseChatModel;

/** Injection token of a {@link ModelFor}. */
export const MODELS = Symbol('MODELS');
