import type { ServerResponse } from 'node:http';
import type { Engine } from './engine-internals.js';

const answersOf = new WeakMap<Engine, Set<ServerResponse>>();

/** Notes the answer to an HTTP request of a connection, until it has been sent. */
export function noteAnswer(engine: Engine, answer: ServerResponse): void {
  const answers = answersOf.get(engine) ?? new Set();
  answersOf.set(engine, answers.add(answer));
  answer.once('close', () => answers.delete(answer));
}

/** The answers to HTTP requests of a connection that have not been sent yet. A WebSocket has none. */
export function openAnswers(engine: Engine): readonly ServerResponse[] {
  return [...(answersOf.get(engine) ?? [])];
}
