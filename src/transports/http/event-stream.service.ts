import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Delivery } from '../../delivery/delivery.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { GatewayCore } from '../../gateway/gateway-core.js';
import type { GatewayConnection } from '../../gateway/gateway-connection.manager.js';
import type { Handled, HandledLater } from '../../gateway/message-handler.js';
import type { StreamingModuleOptions } from '../../options/streaming-module-options.js';
import { STREAMING_OPTIONS } from '../../options/tokens.js';
import { nameOf, type Channel } from '../../protocol/channel.js';
import type { RoomAnswer, SubscriptionAnswer } from '../../protocol/client-events.js';
import { isTerminalState } from '../../protocol/execution-state.js';
import { EventStreamSession } from './event-stream-session.js';
import { cursorOf, eventId, EventStreamTransport } from './event-stream-transport.js';
import { EventStream } from './event-stream.js';
import {
  admissionRequestOf,
  queryOf,
  rawRequest,
  rawResponse,
  takeOver,
  type FrameworkReply,
  type FrameworkRequest,
  type Query,
} from './http-exchange.js';
import { HttpGateway } from './http-gateway.js';
import { STREAMING_HTTP_OPTIONS, type ResolvedHttpOptions } from './streaming-http-options.js';

/** The parts that exist after the application is initialised. */
interface Serving {
  readonly core: GatewayCore;
  readonly transport: EventStreamTransport;
  readonly delivery: Delivery;
}

/** A client that is subscribed. */
interface Opened {
  readonly session: EventStreamSession;
  readonly handled: Handled<SubscriptionAnswer> | Handled<RoomAnswer>;
}

/** Streams channels over HTTP, through the same gateway as sockets. */
@Injectable()
export class EventStreamService implements OnApplicationBootstrap {
  readonly #logger = new Logger('StreamingGateway');
  #serving: Serving | undefined;

  constructor(
    private readonly gateway: HttpGateway,
    @Inject(STREAMING_HTTP_OPTIONS) private readonly options: ResolvedHttpOptions,
    @Inject(STREAMING_OPTIONS) private readonly given: StreamingModuleOptions,
  ) {}

  /** @throws StreamingError `INVALID_OPTIONS` if authentication is not configured in production */
  onApplicationBootstrap(): void {
    const core = this.gateway.core(this.options.gateway);
    if (core.options.authentication === false) this.#mindOpen(core);
    const transport = new EventStreamTransport(
      core.options.slowClient,
      this.options.heartbeatMs,
      (clientId, error) => core.expel(clientId, error),
    );
    this.#serving = { core, transport, delivery: core.deliverBy(transport) };
  }

  /** Streams a channel. @throws HttpException if the request is refused */
  async stream(channel: Channel, request: FrameworkRequest, reply: FrameworkReply): Promise<void> {
    const serving = this.#requireServing();
    const { slowClient } = serving.core.options;
    const stream = new EventStream(rawResponse(reply), slowClient.maxQueuedBytes);
    const opened = await this.#open(serving, stream, channel, request).catch((error: unknown) => {
      stream.abandon();
      throw this.gateway.refusal(error, 'event stream', reply);
    });
    takeOver(reply);
    const { session, handled } = opened;
    if (isOver(handled.answer)) {
      stream.endEmpty();
      return;
    }
    serving.transport.add(session, channel);
    stream.begin();
    tellPosition(session, channel, handled.answer);
    // Not awaited, because it takes as long as its reader. It never rejects.
    void handled.afterwards?.();
  }

  /**
   * Makes the same checks for a gateway that serves only HTTP as the boot makes for a gateway that listens.
   */
  #mindOpen({ options: { enabled } }: GatewayCore): void {
    if (enabled) return;
    const isChosen = this.given.gateway?.authentication !== undefined;
    if (!isChosen && process.env['NODE_ENV'] === 'production')
      throw new StreamingError(
        'INVALID_OPTIONS',
        'StreamingHttpModule: gateway.authentication must be given in production: { strategies: [...] }, or false to let anybody see every execution.',
      );
    this.#logger.warn(
      `AUTHENTICATION IS OFF at ${this.options.path}: anybody who can reach it sees every execution. Set gateway.authentication.`,
    );
  }

  /** Admits a client and subscribes it. Nothing is sent yet. */
  async #open(
    { core, delivery }: Serving,
    stream: EventStream,
    channel: Channel,
    request: FrameworkRequest,
  ): Promise<Opened> {
    this.gateway.requireOwnPage(core, request);
    const admission = admissionRequestOf(request);
    const principal = await core.admit(admission, stream.signal);
    const address = core.admission.addressOf(admission);
    const session = new EventStreamSession(stream, principal, address);
    const connection = core.connect(session, admission, delivery);
    return { session, handled: await subscribe(core, connection, channel, request) };
  }

  #requireServing(): Serving {
    if (this.#serving) return this.#serving;
    throw new StreamingError(
      'NOT_BOOTSTRAPPED',
      'The application is not initialised. Call app.init() or app.listen() first.',
    );
  }
}

/** Subscribes a client to the one channel of its stream, in the same way as a message on a socket. */
async function subscribe(
  core: GatewayCore,
  connection: GatewayConnection,
  { kind, id }: Channel,
  request: FrameworkRequest,
): Promise<Handled<SubscriptionAnswer> | Handled<RoomAnswer>> {
  const { waitForMs, ...query } = queryOf(request);
  const options = optionsOf(query, rawRequest(request).headers['last-event-id']);
  if (kind === 'room')
    return now(await core.handle(connection, 'join_room', { roomId: id, options }));
  const wait = waitForMs === undefined ? {} : { waitForMs: Number(waitForMs) };
  const payload = { executionId: id, ...wait, options };
  return now(await core.handle(connection, 'subscribe_execution', payload));
}

/** Waits for a later answer. This connection has no other requests. */
function now<T>(handled: Handled<T> | HandledLater<T>): Promise<Handled<T>> | Handled<T> {
  if (!('later' in handled)) return handled;
  return new Promise((resolve, reject) => void handled.later(resolve).catch(reject));
}

/** Reads the options of a subscription from the query and from the id of the client's last event. */
function optionsOf({ eventTypes, nodeIds, from, cursor }: Query, lastEventId: unknown): object {
  const last = cursorOf(typeof lastEventId === 'string' ? lastEventId : undefined);
  return {
    ...(eventTypes !== undefined && { eventTypes: listOf(eventTypes) }),
    ...(nodeIds !== undefined && { nodeIds: listOf(nodeIds) }),
    ...(from !== undefined && { from }),
    ...(cursor !== undefined && { cursor: cursorOf(String(cursor)) ?? String(cursor) }),
    ...(last && { cursor: last }),
  };
}

/** `?a=x,y` and `?a=x&a=y` are the same. */
function listOf(value: string | readonly string[]): string[] {
  return [value]
    .flat()
    .flatMap((text) => text.split(','))
    .filter((text) => text !== '');
}

/** Whether the channel has ended and the client has all its updates. */
function isOver(answer: SubscriptionAnswer | RoomAnswer): boolean {
  if (!('state' in answer) || !answer.recovered) return false;
  return isTerminalState(answer.state) && answer.cursor.sequence >= answer.head;
}

/**
 * Sends the position where the stream begins. So the browser can resume from the beginning, even if the
 * connection breaks before the first update of a room.
 */
function tellPosition(
  session: EventStreamSession,
  channel: Channel,
  answer: SubscriptionAnswer | RoomAnswer,
): void {
  const { cursor, recovered } = answer;
  const id = eventId(cursor);
  const event = channel.kind === 'room' ? 'room_joined' : 'subscription_confirmed';
  session.tell({ event, id }, { ...answer, timestamp: Date.now() });
  if (!recovered)
    session.tell({ event: 'stream_reset', id }, { ...nameOf(channel), cursor, recovered });
}
