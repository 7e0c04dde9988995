import { CustomStrategy, type StreamingModuleOptions } from '../../../src/index.js';
import { ResumableSources } from '../../../src/executions/resumable-sources.js';
import type { ExecutionSource } from '../../../src/index.js';
import { next } from '../../support/plain-client.js';
import type { PlainClient, StreamingApp } from '../../support/streaming-app.js';

/** Options of an instance whose clients are who their token says. */
export const by = (): StreamingModuleOptions => ({
  gateway: {
    authentication: {
      strategies: [new CustomStrategy(({ token = '' }) => ({ id: token, scopes: [], claims: {} }))],
    },
  },
});

/** A client that is connected. */
export async function connected(app: StreamingApp, token = 'ada'): Promise<PlainClient> {
  const client = app.connect({ auth: { token }, reconnection: false });
  await next(client, 'connection_status');
  return client;
}

/** By what executions of {@link asking} can go on in every instance that registered it. */
export const ASKING = { name: 'asking', input: { question: 'Send it?' } };

/** Asks a question, and completes with the answer. */
export function asking(
  input: unknown,
  onAnswer: (answer: unknown) => void = () => undefined,
): ExecutionSource {
  const { question } = input as typeof ASKING.input;
  return {
    run: async (context) => {
      context.token('before. ');
      return { state: 'interrupted', interrupts: [{ id: 'q', value: question }] };
    },
    resume: async (context, { value }) => {
      onAnswer(value);
      context.token('after.');
      return { state: 'completed', result: value };
    },
  };
}

/** Lets an instance go on with executions of {@link asking}. */
export function knowsAsking({ app }: StreamingApp, onAnswer?: (answer: unknown) => void): void {
  app.get(ResumableSources).register('asking', (input) => asking(input, onAnswer));
}
