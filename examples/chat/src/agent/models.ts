import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { ModelFor } from './model-for.js';
import { offlineModels } from './offline-model.js';

/** Injection token of a {@link ModelFor}. */
export const MODELS = Symbol('MODELS');

type ChatModelClass = new (fields: { readonly model: string }) => BaseChatModel;

/** Used when its key is in the environment; install the integration beside it. */
const PROVIDERS = [
  {
    key: 'OPENAI_API_KEY',
    integration: '@langchain/openai',
    className: 'ChatOpenAI',
    model: 'gpt-4o-mini',
  },
  {
    key: 'ANTHROPIC_API_KEY',
    integration: '@langchain/anthropic',
    className: 'ChatAnthropic',
    model: 'claude-3-5-haiku-latest',
  },
] as const;

/**
 * The models of a provider if the environment has its key, else ones that run offline.
 *
 * `CHAT_MODEL` names another model of the provider. `TOKEN_DELAY_MS` is how long a word of the
 * offline model takes, in milliseconds (40 by default).
 */
export async function loadModels(env: NodeJS.ProcessEnv = process.env): Promise<ModelFor> {
  const provider = PROVIDERS.find(({ key }) => env[key]);
  if (!provider) return offlineModels(Number(env['TOKEN_DELAY_MS'] ?? 40));
  const { key, integration, className } = provider;
  const module: Readonly<Record<string, ChatModelClass | undefined>> = await import(
    integration
  ).catch((cause: unknown) => {
    throw new Error(`${key} is set: install its integration with "npm install ${integration}".`, {
      cause,
    });
  });
  const Model = module[className];
  if (!Model) throw new Error(`${integration} has no ${className}.`);
  const model = new Model({ model: env['CHAT_MODEL'] ?? provider.model });
  return () => model;
}
