import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from '@jest/globals';
import { Server, type Socket } from 'socket.io';
import {
  createStreamingClient,
  type StreamingClient,
  type StreamingClientOptions,
} from '../../../src/client/index.js';
import type { ControlEventName } from '../../../src/protocol/control-event-name.js';
import type { ExecutionStateData, StreamUpdate } from '../../../src/protocol/stream-update.js';

/** One event that a client sent. */
export interface ReceivedEvent {
  readonly socket: Socket;
  readonly event: string;
  readonly payload: unknown;
  /** Answers through the acknowledgement. */
  answer(answer: unknown): void;
}

/** A Socket.IO server on a free port that does nothing by itself: the test plays the gateway. */
export class ScriptedGateway {
  #http: HttpServer = createServer();
  #io = new Server();
  readonly #clients: StreamingClient[] = [];
  readonly #received: ReceivedEvent[] = [];
  readonly #waiting: ((event: ReceivedEvent) => void)[] = [];
  readonly #handshakes: unknown[] = [];
  /** Refuses the next handshakes, one each. */
  readonly refusals: (Error & { data?: unknown })[] = [];

  /** A gateway that every test of this `describe` has anew. */
  static forTests(): ScriptedGateway {
    const gateway = new ScriptedGateway();
    beforeEach(() => gateway.#open());
    afterEach(() => gateway.close());
    return gateway;
  }

  static async start(): Promise<ScriptedGateway> {
    const gateway = new ScriptedGateway();
    await gateway.#open();
    return gateway;
  }

  /** A client that comes back at once, and is closed with the gateway. */
  connect(options: StreamingClientOptions = {}): StreamingClient {
    const client = createStreamingClient({
      url: this.url,
      reconnection: { minDelayMs: 1, maxDelayMs: 5 },
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The `auth` payloads of all handshakes so far. */
  get handshakes(): readonly unknown[] {
    return this.#handshakes;
  }

  get connections(): number {
    return this.#io.of('/streaming').sockets.size;
  }

  /** The next event that a client sends, in the order of arrival; it must have this name. */
  async next(name: string): Promise<ReceivedEvent> {
    const received =
      this.#received.shift() ??
      (await new Promise<ReceivedEvent>((resolve) => this.#waiting.push(resolve)));
    if (received.event !== name)
      throw new Error(`Expected "${name}", but the client sent "${received.event}".`);
    return received;
  }

  /** Takes a subscribe request and grants it from `sequence` on. */
  async grant(sequence = 0, answer: object = {}): Promise<ReceivedEvent> {
    const request = await this.next('subscribe_execution');
    const { executionId } = request.payload as { executionId: string };
    request.answer({
      ok: true,
      executionId,
      state: 'running',
      cursor: { epoch: 'e1', sequence },
      recovered: true,
      head: 1_000,
      ...answer,
    });
    return request;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
    await this.#io.close();
  }

  async #open(): Promise<void> {
    for (const list of [this.#received, this.#waiting, this.#handshakes, this.refusals])
      list.length = 0;
    this.#http = createServer();
    this.#io = new Server(this.#http);
    this.#io.of('/streaming').use((socket, next) => {
      this.#handshakes.push(socket.handshake.auth);
      next(this.refusals.shift());
    });
    this.#io.of('/streaming').on('connection', (socket) => {
      socket.emit('connection_status', { status: 'connected', connectionId: socket.id });
      socket.onAny((event: string, payload: unknown, ack?: (answer: unknown) => void) => {
        this.#take({ socket, event, payload, answer: (answer) => ack?.(answer) });
      });
    });
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
  }

  #take(event: ReceivedEvent): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(event);
    else this.#received.push(event);
  }
}

/** Sends an update as the gateway does. */
export function sendUpdate(socket: Socket, update: StreamUpdate): void {
  socket.emit('stream_update', { type: 'stream_update', data: { update } });
}

/** A token update of node `model` in execution `run-1`, unless told otherwise. */
export function token(
  sequenceNumber: number,
  content: string,
  metadata: object = {},
): StreamUpdate {
  return {
    type: 'token',
    data: { content },
    metadata: { timestamp: 1, sequenceNumber, executionId: 'run-1', nodeId: 'model', ...metadata },
  };
}

/** A control update of execution `run-1`. */
export function control(
  sequenceNumber: number,
  type: ControlEventName,
  data: ExecutionStateData,
): StreamUpdate<ControlEventName> {
  return { type, data, metadata: { timestamp: 1, sequenceNumber, executionId: 'run-1' } };
}
