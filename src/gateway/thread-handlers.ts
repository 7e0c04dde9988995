import { ANONYMOUS, ownerOf } from '../access/principal.js';
import type { AccessAction } from '../access/stream-access-policy.js';
import { agentNotFound } from '../agents/agent-registry.js';
import { StreamingError } from '../errors/streaming.error.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo } from '../log/stream-log.js';
import { threadChannel } from '../protocol/channel.js';
import type { ThreadRequestName } from '../protocol/thread-messages.js';
import { publicRunsOf, threadDataOf } from '../threads/thread-data.js';
import { threadNotFound } from '../threads/thread-log.js';
import type { ThreadService } from '../threads/thread.service.js';
import type { ChannelAccess } from './channel-access.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { AnswerOf, Handled, HandlersOf } from './message-handler.js';
import type { MessagePayload } from './message-schemas.js';
import type { ShownThreads } from './shown-threads.js';

/** The parts that the handlers need. */
export interface ThreadHandlerContext {
  readonly access: ChannelAccess;
  readonly threads: ThreadService;
  readonly shown: ShownThreads;
}

/** The handlers of all client events about threads. A handler throws to answer with an error. */
export class ThreadHandlers implements HandlersOf<ThreadRequestName> {
  constructor(private readonly context: ThreadHandlerContext) {}

  async start_execution(
    connection: GatewayConnection,
    { follow = false, ...request }: MessagePayload<'start_execution'>,
  ): Promise<Handled<AnswerOf<'start_execution'>>> {
    const { threads } = this.context;
    const { principal } = connection;
    const { threadId, agent } = request;
    const known = threadId === undefined ? undefined : await soon(threads.find(threadId));
    const owner = known?.owner ?? ownerOf(principal);
    // A client that may not start in a thread must not learn whether the thread exists.
    const channel = threadChannel(threadId ?? '');
    await this.context.access
      .requireAllowed(connection, { channel, owner, agent }, ['start'])
      .catch((error: unknown) => {
        throw threadId === undefined ? agentNotFound() : error;
      });
    // While authentication is off everything is open.
    if (threadId !== undefined && principal !== ANONYMOUS)
      await threads.requireKnown(threadId, agent);
    const answer = await threads.start(withoutUndefined(request), principal, owner);
    if (!follow || answer.queued) return { answer };
    const { executionId } = answer;
    const { defaultEventTypes: eventTypes } = connection;
    const begun = await this.context.access.follow(connection, executionId, { eventTypes });
    return { answer: { ...answer, subscription: begun.answer }, afterwards: begun.afterwards };
  }

  async subscribe_thread(
    connection: GatewayConnection,
    { threadId, cursor, from = 'live' }: MessagePayload<'subscribe_thread'>,
  ): Promise<Handled<AnswerOf<'subscribe_thread'>>> {
    const { access, threads } = this.context;
    const info = await this.#openAsAllowed(connection, threadId, (cursor?.sequence ?? 0) > 0);
    const config = cursor ? { cursor } : { from };
    const { subscription } = await access
      .subscribe(connection, info.channel, config, ['read-thread'])
      .catch(async (error: unknown) => {
        await threads.forgetUnused(threadId);
        throw error;
      });
    const now = (await threads.find(threadId)) ?? info;
    const { head, recovered } = subscription;
    return {
      answer: {
        threadId,
        cursor: subscription.cursor,
        recovered,
        head,
        runs: this.context.shown.runs(publicRunsOf(threadDataOf(now))),
      },
      afterwards: () => subscription.begin(),
    };
  }

  async unsubscribe_thread(
    { delivery, id }: GatewayConnection,
    { threadId }: MessagePayload<'unsubscribe_thread'>,
  ): Promise<Handled<AnswerOf<'unsubscribe_thread'>>> {
    delivery.unsubscribe(id, threadChannel(threadId));
    return { answer: { threadId } };
  }

  async get_thread(
    connection: GatewayConnection,
    { threadId }: MessagePayload<'get_thread'>,
  ): Promise<Handled<AnswerOf<'get_thread'>>> {
    await this.#permitted(connection, threadId, ['read-thread']);
    const { threads, shown } = this.context;
    return { answer: shown.thread(await threads.get(threadId)) };
  }

  async get_thread_history(
    connection: GatewayConnection,
    payload: MessagePayload<'get_thread_history'>,
  ): Promise<Handled<AnswerOf<'get_thread_history'>>> {
    await this.#permitted(connection, payload.threadId, ['read-thread']);
    const { threads, shown } = this.context;
    return { answer: shown.history(await threads.history(withoutUndefined(payload))) };
  }

  async list_threads(
    connection: GatewayConnection,
    payload: MessagePayload<'list_threads'>,
  ): Promise<Handled<AnswerOf<'list_threads'>>> {
    const { access, threads } = this.context;
    const owner = ownerOf(connection.principal);
    const channel = threadChannel('');
    await access.requireAllowed(connection, { channel, owner }, ['list-threads']).catch(() => {
      throw new StreamingError('FORBIDDEN', 'The access policy does not let you list threads.');
    });
    return { answer: await threads.list(owner, withoutUndefined(payload ?? {})) };
  }

  async update_thread(
    connection: GatewayConnection,
    payload: MessagePayload<'update_thread'>,
  ): Promise<Handled<AnswerOf<'update_thread'>>> {
    const { threadId, state } = payload;
    const actions = state ? (['write-thread', 'command'] as const) : (['write-thread'] as const);
    await this.#permitted(connection, threadId, actions);
    return { answer: await this.context.threads.update(withoutUndefined(payload)) };
  }

  async delete_thread(
    connection: GatewayConnection,
    { threadId }: MessagePayload<'delete_thread'>,
  ): Promise<Handled<AnswerOf<'delete_thread'>>> {
    await this.#permitted(connection, threadId, ['write-thread']);
    await this.context.threads.delete(threadId);
    return { answer: { threadId } };
  }

  /**
   * The answer is the same for a thread that does not exist and for a foreign thread. The policy is asked in
   * both cases.
   */
  async #permitted(
    connection: GatewayConnection,
    threadId: string,
    actions: readonly AccessAction[],
  ): Promise<void> {
    await soon(this.context.threads.find(threadId));
    await this.context.access.permitted(connection, threadChannel(threadId), actions);
  }

  /**
   * A thread can be followed before its first run. Then it belongs to the first principal that follows it.
   *
   * @param isKnown - whether the client has seen updates of the thread: if there is no such thread, it was deleted
   */
  async #openAsAllowed(
    connection: GatewayConnection,
    threadId: string,
    isKnown: boolean,
  ): Promise<ChannelInfo> {
    const { access, threads } = this.context;
    const owner = ownerOf(connection.principal);
    const known = await threads.find(threadId);
    const info = known ?? { channel: threadChannel(threadId), owner };
    await access.requireAllowed(connection, info, ['read-thread']);
    if (!known && isKnown) throw threadNotFound();
    return known ?? threads.open(threadId, owner);
  }
}

/** Returns a copy without keys whose value is undefined. */
function withoutUndefined<T extends object>(
  given: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
