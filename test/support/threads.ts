import type { StreamUpdate } from '../../src/index.js';
import type { AnswerOf } from '../../src/gateway/message-handler.js';
import type {
  Ack,
  ClientEventName,
  ClientToServerEvents,
} from '../../src/protocol/client-events.js';
import type {
  StartExecutionAnswer,
  StartExecutionPayload,
} from '../../src/protocol/thread-messages.js';
import { accepted, Inbox } from './plain-client.js';
import type { PlainClient } from './streaming-app.js';

/** Sends an event that must be answered with what it asks for. */
export async function ask<E extends ClientEventName>(
  client: PlainClient,
  event: E,
  payload: NonNullable<Parameters<ClientToServerEvents[E]>[0]>,
): Promise<AnswerOf<E>> {
  // The types of Socket.IO lose the answer of an acknowledgement that is optional.
  const emit = client.emitWithAck.bind(client) as (name: E, data: object) => Promise<Ack>;
  return accepted(await emit(event, payload)) as AnswerOf<E>;
}

/** Starts a run that must begin or be queued. */
export async function start(
  client: PlainClient,
  payload: StartExecutionPayload,
): Promise<StartExecutionAnswer> {
  return ask(client, 'start_execution', payload);
}

/** The names of runs by their ids, for {@link ThreadInbox.brief}. */
export function namesOf(
  runs: Readonly<Record<string, { readonly executionId: string }>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(runs).map(([name, { executionId }]) => [executionId, name]),
  );
}

/** What a client hears of one thread. */
export class ThreadInbox {
  readonly #inbox: Inbox;

  private constructor(
    client: PlainClient,
    private readonly threadId: string,
  ) {
    this.#inbox = new Inbox(client);
  }

  /** Follows a thread from its start. */
  static async follow(client: PlainClient, threadId: string): Promise<ThreadInbox> {
    const inbox = new ThreadInbox(client, threadId);
    accepted(await client.emitWithAck('subscribe_thread', { threadId, from: 'start' }));
    return inbox;
  }

  get updates(): StreamUpdate[] {
    return this.#inbox.updates.filter(({ metadata }) => metadata?.threadId === this.threadId);
  }

  /** `type executionId state` of each update, with names in place of ids. */
  brief(names: Readonly<Record<string, string>>): string[] {
    return this.updates.map(({ type, data }) => {
      const { executionId = '', state = '', ...rest } = data as Record<string, unknown>;
      const isVoid = rest['void'] === true ? ' void' : '';
      return `${type} ${names[String(executionId)] ?? '?'} ${String(state)}${isVoid}`;
    });
  }

  /** Resolves when so many runs have ended. */
  async ended(count: number): Promise<void> {
    await this.#inbox.until(
      () => this.updates.filter(({ type }) => type === 'run:end').length >= count,
    );
  }

  /** Resolves when an update of this type has come. */
  async until(type: string, count = 1): Promise<void> {
    await this.#inbox.until(
      () => this.updates.filter((update) => update.type === type).length >= count,
    );
  }
}

/** The conversation as `get_thread` tells it: `role: text` of each message. */
export async function conversation(client: PlainClient, threadId: string): Promise<string[]> {
  const thread = await ask(client, 'get_thread', { threadId });
  return thread.messages.map(({ role, content }) => `${role}: ${content}`);
}
