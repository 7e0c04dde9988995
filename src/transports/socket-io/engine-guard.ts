import { ServerResponse, type IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { clientAddress } from '../../access/rate-limit/client-address.js';
import {
  ConnectionLimiter,
  type ConnectionSlot,
} from '../../access/rate-limit/connection-limiter.js';
import { LineLimiter } from '../../common/line-limiter.js';
import { MAX_ORIGIN_LENGTH } from '../../common/origin-list.js';
import { printable } from '../../common/printable.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';
import { forceClose, idOf, requestOf, type Engine } from './engine-internals.js';
import type { GatewayNamespace, GatewayServer } from '../../gateway/socket-types.js';
import {
  GuardedTransport,
  type TransportContext,
  type TransportFault,
} from './guarded-transport.js';
import { findFault, type EngineRequest, type RequestFault } from './request-check.js';
import { mostGenerous, transportLimitsOf, type TransportLimits } from './transport-limits.js';

/** The type of a refusal in the protocol of Socket.IO. */
const CONNECT_ERROR = 4;

/** The answers of Engine.IO to forbidden requests and to transports that it does not offer. */
const FORBIDDEN = { status: 403, code: 4, message: 'ORIGIN_NOT_ALLOWED' };
const UNKNOWN_TRANSPORT = { status: 400, code: 0, message: 'Transport unknown' };

type EngineServer = GatewayServer['engine'];

/** The text in the log for a refused request, with advice if the request should pass. */
const EXPLANATIONS: Record<RequestFault, (origin: string) => string> = {
  origin: (origin) =>
    `name ${origin} in gateway.cors.origin to allow it; if it is your own page behind a proxy, set gateway.trustedProxies and pass Host and X-Forwarded-Proto`,
  'fetch-metadata': () => 'a page of another site sent a request without an origin',
  jsonp: () =>
    'polling by script (`j=` in the query) is not supported, because an attack looks the same; use a current client',
  transport: () => 'gateway.transports does not offer polling',
};

/** The text in the log for a transport that is closed by force. */
const EXCESSES: Record<TransportFault, string> = {
  connects: 'it asked more often for namespaces than gateway.rateLimit.maxConnects allows',
  packets: 'it sent five times as many packets as gateway.rateLimit.maxMessages allows messages',
  size: 'it sent more bytes at once than gateway.maxPayloadBytes allows',
  queue:
    'it does not read, and more data waits for it than gateway.slowClient.maxQueuedBytes allows',
};

/** How many transports at the same time may be told that there is no place for them. */
const MAX_TURNED_AWAY = 100;

/**
 * Guards a Socket.IO server. It checks every HTTP request and every upgrade of the engine, not only the
 * handshake, and it counts what every transport does.
 *
 * If gateways of the application share the server, they have their own origins and limits. A refused request
 * goes on to them, but its session can never enter a namespace of the library.
 */
export class EngineGuard {
  readonly #logger = new Logger('StreamingGateway');
  readonly #lines = new LineLimiter();
  readonly #namespaces = new Set<unknown>();
  readonly #faults = new WeakMap<object, RequestFault>();
  readonly #transports = new Map<string, GuardedTransport>();
  readonly #context: TransportContext;
  /** Counts the transports of a shared server that are in no namespace yet. */
  readonly #waiting: ConnectionLimiter;
  #limits: TransportLimits;
  #turnedAway = 0;

  /** @param isShared - whether gateways of the application use the server too */
  constructor(
    private readonly server: GatewayServer,
    private readonly options: ResolvedGatewayOptions,
    private readonly places: ConnectionLimiter,
    private readonly isShared: boolean,
  ) {
    this.#limits = transportLimitsOf(options);
    this.#waiting = new ConnectionLimiter(options);
    this.#context = {
      limits: () => this.#limits,
      isForeign: (name) => this.#isForeign(name),
      onFault: (fault) => this.#log(fault, `A transport was closed: ${EXCESSES[fault]}`),
      onGone: (connection) => this.#transports.delete(idOf(connection)),
    };
    if (server.engine) this.#watch(server.engine);
    // A server may get another engine later, for example if it is attached to another HTTP server.
    const bind = server.bind.bind(server);
    server.bind = (engine) => {
      this.#watch(engine as EngineServer);
      return bind(engine);
    };
    for (const namespace of server._nsps.values()) this.#track(namespace);
    server.on('new_namespace', (namespace) => this.#track(namespace));
    this.#closeUnusedRoot();
  }

  /** Lets a session into a namespace only if all its requests passed and there is a place for it. */
  protect(namespace: GatewayNamespace, options: ResolvedGatewayOptions): void {
    this.#namespaces.add(namespace);
    this.#limits = mostGenerous(this.#limits, transportLimitsOf(options));
    this.#waiting.allow(options);
    namespace.use(({ conn }, next) => {
      try {
        const transport = this.#transports.get(idOf(conn));
        if (transport?.fault !== undefined) throw originNotAllowed();
        if (transport) transport.place ??= this.places.admit(addressOf(conn, this.options));
        next();
      } catch (error) {
        next(refusalOf(error));
      }
    });
  }

  /** The place that a connection's transport takes in the account of the application. */
  placeOf(engine: Engine): ConnectionSlot | undefined {
    return this.#transports.get(idOf(engine))?.place;
  }

  /** The gateway stops. Clients that do not cooperate in closing their transports get no more time. */
  hurry(): void {
    for (const transport of this.#transports.values()) transport.hurry();
  }

  #watch(engine: EngineServer): void {
    engine.use((request: EngineRequest, response: ServerResponse, next: () => void) =>
      this.#check(request, response, next),
    );
    engine.on('connection', (connection: Engine) => this.#open(connection));
  }

  #check(request: EngineRequest, response: ServerResponse, next: () => void): void {
    const transport = this.#transports.get(request._query['sid'] ?? '');
    const fault = findFault(request, this.options);
    if (fault !== undefined && !(this.isShared && !transport?.isOurs)) {
      const { origin = '' } = request.headers;
      const shown = `"${printable(origin, MAX_ORIGIN_LENGTH)}"`;
      this.#log(fault, `A request was refused: ${EXPLANATIONS[fault](shown)}`);
      answer(request, response, fault);
      return;
    }
    if (fault !== undefined) {
      this.#faults.set(request, fault);
      transport?.refuse(fault);
    }
    if (response instanceof ServerResponse) transport?.request(response);
    else transport?.upgrade(request.socket);
    next();
  }

  #open(connection: Engine): void {
    const transport = new GuardedTransport(connection, this.#context);
    this.#transports.set(idOf(connection), transport);
    const fault = this.#faults.get(requestOf(connection));
    if (fault !== undefined) transport.refuse(fault);
    try {
      const address = addressOf(connection, this.options);
      // Clients of other gateways take a place among those of the library when they enter a namespace of it.
      if (this.isShared) transport.waitingPlace = this.#waiting.admit(address);
      else transport.place = this.places.admit(address);
    } catch (error) {
      this.#turnAway(connection, transport, error);
    }
  }

  /**
   * Tells a transport in every namespace that there is no place, because it has not named its namespace yet.
   */
  #turnAway(connection: Engine, transport: GuardedTransport, error: unknown): void {
    if (this.#turnedAway >= MAX_TURNED_AWAY) {
      forceClose(connection);
      return;
    }
    this.#turnedAway += 1;
    connection.once('close', () => (this.#turnedAway -= 1));
    const { message, data } = refusalOf(error);
    const packets = [...this.server._nsps.keys()].flatMap(
      (nsp) =>
        this.server.encoder.encode({ type: CONNECT_ERROR, nsp, data: { message, data } }) as (
          string | Buffer
        )[],
    );
    transport.turnAway(packets);
  }

  /** Notes which transport is in which namespace, including namespaces of other gateways. */
  #track(namespace: GatewayNamespace): void {
    namespace.on('connect', (socket) => {
      const transport = this.#transports.get(idOf(socket.conn));
      transport?.enter(socket, this.#namespaces.has(namespace));
      socket.on('disconnect', () => transport?.leave(socket));
    });
  }

  #isForeign(name: string): boolean {
    const namespace = this.server._nsps.get(name);
    if (!namespace || this.#namespaces.has(namespace)) return false;
    return name !== '/' || isUsed(namespace);
  }

  /**
   * Refuses connections to the root namespace if it has no listener. Socket.IO always serves it, without a
   * credential, so anybody could keep connections open in it.
   */
  #closeUnusedRoot(): void {
    const root = this.server.of('/');
    root.use((_socket, next) => next(isUsed(root) ? undefined : new Error('Invalid namespace')));
  }

  #log(fault: RequestFault | TransportFault, text: string): void {
    const suppressed = this.#lines.take(fault);
    if (suppressed === undefined) return;
    const code = fault in EXCESSES ? 'RATE_LIMITED' : 'ORIGIN_NOT_ALLOWED';
    const more = suppressed === 0 ? '' : ` (and ${suppressed} more since the last line)`;
    this.#logger.warn(`${code} [${fault}] ${text}${more}`);
  }
}

/** Whether a namespace has a listener besides the guard. */
function isUsed(namespace: GatewayNamespace): boolean {
  return namespace.listenerCount('connection') > 0 || namespace.listenerCount('connect') > 1;
}

function originNotAllowed(): StreamingError {
  return new StreamingError('ORIGIN_NOT_ALLOWED', 'Pages of this origin may not connect.');
}

/** An error in the form in which Socket.IO sends it to a client. */
function refusalOf(error: unknown): Error & { readonly data?: object } {
  if (!StreamingError.isInstance(error)) return new Error('The server failed.');
  const { code, message, retryable } = error;
  return Object.assign(new Error(message), { data: { code, message, retryable } });
}

function addressOf(connection: Engine, { trustedProxies }: ResolvedGatewayOptions): string {
  const { headers } = requestOf(connection);
  return clientAddress({ remoteAddress: connection.remoteAddress, headers }, trustedProxies);
}

/** Answers a refused request as Engine.IO would. */
function answer({ socket }: IncomingMessage, response: ServerResponse, fault: RequestFault): void {
  const { status, code, message } = fault === 'transport' ? UNKNOWN_TRANSPORT : FORBIDDEN;
  if (response instanceof ServerResponse) {
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ code, message }));
    return;
  }
  // The response of an upgrade writes nothing.
  socket.on('error', () => undefined);
  socket.write(
    `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: ${message.length}\r\n\r\n${message}`,
  );
  socket.destroySoon();
}
