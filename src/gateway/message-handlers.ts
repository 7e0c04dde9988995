import { targetOf } from '../access/principal.js';
import { beginsLive } from '../delivery/subscription.js';
import { isUnavailable } from '../executions/until-available.js';
import { soon } from '../log/soon.js';
import { executionChannel, roomChannel, threadChannel } from '../protocol/channel.js';
import type { ClientEventName, ExecutionStatus } from '../protocol/client-events.js';
import type { ThreadRequestName } from '../protocol/thread-messages.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import type { ThreadService } from '../threads/thread.service.js';
import {
  ChannelAccess,
  idsOf,
  roomNotFound,
  type ChannelAccessContext,
  type SubscriptionSettings,
} from './channel-access.js';
import type { ExecutionStatuses } from './execution-status.js';
import { isNotFound, type ExecutionWaits } from './execution-waits.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { AnswerOf, Handled, HandledLater, HandlersOf } from './message-handler.js';
import type { MessagePayload } from './message-schemas.js';
import { permittedAnswer } from './permitted-answer.js';

/** The functions of executions that the handlers use. */
export interface ExecutionControl {
  /** Resolves when an execution that was just started can be followed. */
  opened(executionId: string): Promise<void>;
  /** Calls `listener` with the id of each execution that is opened here. */
  onOpened(listener: (executionId: string) => void): void;
  cancel(executionId: string, reason?: string): Promise<void>;
  respond(executionId: string, response: InterruptResponse): Promise<void>;
}

/** The parts that the handlers need. */
export interface HandlerContext extends ChannelAccessContext {
  readonly executions: ExecutionControl;
  readonly access: ChannelAccess;
  readonly threads: ThreadService;
  readonly waits: ExecutionWaits;
  readonly statuses: ExecutionStatuses;
  /** Renews the credential of a connection. */
  readonly renew: (
    connection: GatewayConnection,
    payload: MessagePayload<'authentication'>,
  ) => Promise<AnswerOf<'authentication'>>;
}

/** The handlers of all client events except those about threads. A handler throws to answer with an error. */
export class MessageHandlers implements HandlersOf<Exclude<ClientEventName, ThreadRequestName>> {
  readonly #access: ChannelAccess;

  constructor(private readonly context: HandlerContext) {
    this.#access = context.access;
  }

  async subscribe_execution(
    connection: GatewayConnection,
    payload: MessagePayload<'subscribe_execution'>,
  ): Promise<
    Handled<AnswerOf<'subscribe_execution'>> | HandledLater<AnswerOf<'subscribe_execution'>>
  > {
    const { executionId, waitForMs = 0 } = payload;
    connection.stopWaiting(executionId);
    if (waitForMs === 0) return this.#follow(connection, payload);
    const { waits, options } = this.context;
    const boundMs = Math.min(waitForMs, options.maxWaitForMs);
    // Read before the attempt, so that an execution that opens during the attempt is noticed.
    const epoch = await waits.epochOf(executionId);
    try {
      return await this.#follow(connection, payload);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return {
        later: (answer) =>
          waits.wait(connection, executionId, boundMs, epoch, () =>
            connection.inOrder(async () => answer(await this.#follow(connection, payload))),
          ),
      };
    }
  }

  #follow(
    connection: GatewayConnection,
    { executionId, options, ...payload }: MessagePayload<'subscribe_execution'>,
  ): Promise<Handled<AnswerOf<'subscribe_execution'>>> {
    const eventTypes = payload.eventTypes ?? options?.eventTypes ?? connection.defaultEventTypes;
    return this.#access.follow(connection, executionId, { ...options, eventTypes });
  }

  async unsubscribe_execution(
    connection: GatewayConnection,
    { executionId }: MessagePayload<'unsubscribe_execution'>,
  ): Promise<Handled<AnswerOf<'unsubscribe_execution'>>> {
    connection.stopWaiting(executionId);
    connection.delivery.unsubscribe(connection.id, executionChannel(executionId));
    return { answer: { executionId } };
  }

  async subscribe_events(
    connection: GatewayConnection,
    { eventTypes, scope }: MessagePayload<'subscribe_events'>,
  ): Promise<Handled<AnswerOf<'subscribe_events'>>> {
    const { delivery } = connection;
    const scoped = [
      ...(scope?.executionId === undefined ? [] : [executionChannel(scope.executionId)]),
      ...(scope?.roomId === undefined ? [] : [roomChannel(scope.roomId)]),
    ];
    if (scoped.length === 0) connection.defaultEventTypes = eventTypes;
    for (const channel of scoped.length > 0 ? scoped : delivery.channelsOf(connection.id)) {
      delivery.setFilter(connection.id, channel, (filter) => filter.withEventTypes(eventTypes));
    }
    return { answer: { eventTypes } };
  }

  async join_room(
    connection: GatewayConnection,
    { roomId, options }: MessagePayload<'join_room'>,
  ): Promise<Handled<AnswerOf<'join_room'>>> {
    const channel = roomChannel(roomId);
    const { principal } = connection;
    const eventTypes = options?.eventTypes ?? connection.defaultEventTypes;
    const config = { ...options, from: options?.from ?? 'live', eventTypes };
    for (const action of ['join', ...replayOf(config)] as const)
      if (!(await this.context.allows({ principal, action, channel }))) throw roomNotFound();
    await this.#access.enter(connection, channel);
    const { subscription } = await this.#access.subscribe(connection, channel, config);
    const { cursor, recovered } = subscription;
    return { answer: { roomId, cursor, recovered }, afterwards: () => subscription.begin() };
  }

  async leave_room(
    connection: GatewayConnection,
    { roomId }: MessagePayload<'leave_room'>,
  ): Promise<Handled<AnswerOf<'leave_room'>>> {
    connection.delivery.unsubscribe(connection.id, roomChannel(roomId));
    return { answer: { roomId } };
  }

  async authentication(
    connection: GatewayConnection,
    payload: MessagePayload<'authentication'>,
  ): Promise<Handled<AnswerOf<'authentication'>>> {
    return { answer: await this.context.renew(connection, payload) };
  }

  async ping(): Promise<Handled<AnswerOf<'ping'>>> {
    return { answer: { timestamp: Date.now() } };
  }

  async get_status(
    connection: GatewayConnection,
    payload: MessagePayload<'get_status'>,
  ): Promise<Handled<AnswerOf<'get_status'>>> {
    const channels = connection.delivery.channelsOf(connection.id);
    const now = Date.now();
    const execution =
      payload?.executionId === undefined
        ? {}
        : { execution: await this.#status(connection, payload.executionId) };
    return {
      answer: {
        connectionId: connection.id,
        status: 'connected',
        serverTime: now,
        uptime: now - connection.connectedAt,
        subscriptions: idsOf(channels, 'execution'),
        rooms: idsOf(channels, 'room'),
        ...execution,
      },
    };
  }

  async cancel_execution(
    connection: GatewayConnection,
    { executionId, reason, threadId }: MessagePayload<'cancel_execution'>,
  ): Promise<Handled<AnswerOf<'cancel_execution'>>> {
    if (
      threadId !== undefined &&
      (await this.#cancelWaiting(connection, threadId, executionId, reason))
    )
      return { answer: { executionId } };
    await this.#access.permitted(connection, executionChannel(executionId), ['cancel']);
    await this.context.executions.cancel(executionId, reason);
    return { answer: { executionId } };
  }

  /** A run that is queued, or about to begin, has no log yet. */
  async #cancelWaiting(
    connection: GatewayConnection,
    threadId: string,
    executionId: string,
    reason: string | undefined,
  ): Promise<boolean> {
    const mayCancel = await this.#access
      .permitted(connection, threadChannel(threadId), ['cancel'])
      .then(isDone, isNotDone);
    return mayCancel && this.context.threads.cancelWaiting(threadId, executionId, reason);
  }

  async respond_interrupt(
    connection: GatewayConnection,
    { executionId, threadId, ...given }: MessagePayload<'respond_interrupt'>,
  ): Promise<Handled<AnswerOf<'respond_interrupt'>>> {
    const { threads, executions } = this.context;
    const { principal } = connection;
    const asked = { ...given, by: principal.id };
    const open =
      threadId === undefined ? undefined : await soon(threads.endedWith(threadId, executionId));
    const response = await permittedAnswer(this.context, connection, executionId, asked, open);
    if (threadId !== undefined && open) {
      const ended = { threadId, executionId };
      return { answer: { executionId: await threads.answer(ended, response, principal) } };
    }
    await executions.respond(executionId, response);
    return { answer: { executionId } };
  }

  async #status(connection: GatewayConnection, executionId: string): Promise<ExecutionStatus> {
    const info = await this.#access.permitted(connection, executionChannel(executionId), [
      'subscribe',
    ]);
    const { id: clientId, principal } = connection;
    return this.context.statuses.of(info, { clientId, principalId: targetOf(principal) });
  }
}

const isDone = (): boolean => true;

function isNotDone(error: unknown): boolean {
  if (isUnavailable(error)) throw error;
  return false;
}

/** A subscription that does not begin with the next update reads earlier updates. */
function replayOf(start: SubscriptionSettings): readonly 'replay'[] {
  return beginsLive(start) ? [] : ['replay'];
}
