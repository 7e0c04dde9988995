import { ServerResponse, type IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { LineLimiter } from '../../common/line-limiter.js';
import { printable } from '../../common/printable.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';
import type { Engine } from './engine-internals.js';
import type { GatewayNamespace, GatewayServer } from '../../gateway/socket-types.js';
import { GuardedTransport } from './guarded-transport.js';
import { findFault, type EngineRequest, type RequestFault } from './request-check.js';

/** How much of an origin is logged: more than any real one has, as a host has at most 253 characters. */
const MAX_LOGGED_ORIGIN = 300;

/** The code of Engine.IO for what is forbidden. */
const FORBIDDEN = 4;

type EngineServer = GatewayServer['engine'];

/** What the log says of a refused request, and what to do when it is one that should pass. */
const EXPLANATIONS: Record<RequestFault, (origin: string) => string> = {
  origin: (origin) =>
    `name ${origin} in gateway.cors.origin to allow it; if it is your own page behind a proxy, set gateway.trustedProxies and pass Host and X-Forwarded-Proto`,
  'fetch-metadata': () => 'a page of another site asked without telling its origin',
  jsonp: () => 'polling by script cannot be told from an attack; use a current client',
  transport: () => 'gateway.transports does not offer polling',
};

/**
 * The one door of a Socket.IO server. It checks every HTTP request and every upgrade of the engine,
 * not only the handshake, and it keeps an account of every transport.
 *
 * If gateways of the application share the server, they have pages of their own, so a refused request
 * goes on to them. Its session can then never enter a namespace of the library.
 */
export class EngineGuard {
  readonly #logger = new Logger('StreamingGateway');
  readonly #lines = new LineLimiter();
  readonly #namespaces = new Set<unknown>();
  readonly #faults = new WeakMap<object, RequestFault>();
  readonly #transports = new Map<string, GuardedTransport>();

  /**
   * @param isShared - whether gateways of the application use the server too
   */
  constructor(
    server: GatewayServer,
    private readonly options: ResolvedGatewayOptions,
    private readonly isShared: boolean,
  ) {
    if (server.engine) this.#watch(server.engine);
    // A server can get another engine later, such as when it is attached to another HTTP server.
    const bind = server.bind.bind(server);
    server.bind = (engine) => {
      this.#watch(engine as EngineServer);
      return bind(engine);
    };
    for (const namespace of server._nsps.values()) this.#track(namespace);
    server.on('new_namespace', (namespace) => this.#track(namespace));
  }

  /** Lets only sessions into a namespace whose every request passed. */
  protect(namespace: GatewayNamespace): void {
    this.#namespaces.add(namespace);
    namespace.use((socket, next) => {
      if (this.#transports.get(idOf(socket.conn))?.fault === undefined) next();
      else next(Object.assign(new Error(REFUSAL.message), { data: bodyOf(REFUSAL) }));
    });
  }

  /** The account of a connection's transport. */
  transportOf(engine: Engine): GuardedTransport | undefined {
    return this.#transports.get(idOf(engine));
  }

  #watch(engine: EngineServer): void {
    engine.use((request: EngineRequest, response: ServerResponse, next: () => void) =>
      this.#check(request, response, next),
    );
    engine.on('connection', (connection: Engine) => this.#open(connection));
  }

  #check(request: EngineRequest, response: ServerResponse, next: () => void): void {
    const fault = findFault(request, this.options);
    if (fault === undefined) {
      next();
      return;
    }
    const transport = this.#transports.get(request._query['sid'] ?? '');
    if (this.isShared && !transport?.isOurs) {
      this.#faults.set(request, fault);
      transport?.refuse(fault);
      next();
      return;
    }
    this.#log(fault, request);
    answer(request, response);
  }

  #open(connection: Engine): void {
    const { request } = connection as unknown as { readonly request: IncomingMessage };
    const transport = new GuardedTransport();
    const fault = this.#faults.get(request);
    if (fault !== undefined) transport.refuse(fault);
    const id = idOf(connection);
    this.#transports.set(id, transport);
    connection.once('close', () => this.#transports.delete(id));
  }

  /** Takes note of who is in which namespace, those of other gateways too. */
  #track(namespace: GatewayNamespace): void {
    namespace.on('connect', (socket) => {
      const transport = this.#transports.get(idOf(socket.conn));
      transport?.enter(socket, this.#namespaces.has(namespace));
      socket.once('disconnect', () => transport?.leave(socket));
    });
  }

  #log(fault: RequestFault, { headers }: IncomingMessage): void {
    const suppressed = this.#lines.take(fault);
    if (suppressed === undefined) return;
    const origin = `"${printable(headers.origin ?? '', MAX_LOGGED_ORIGIN)}"`;
    const more = suppressed === 0 ? '' : ` (and ${suppressed} more like it since the last line)`;
    this.#logger.warn(
      `ORIGIN_NOT_ALLOWED [${fault}] A request was refused: ${EXPLANATIONS[fault](origin)}${more}`,
    );
  }
}

const REFUSAL = new StreamingError('ORIGIN_NOT_ALLOWED', 'Pages of this origin may not connect.');

function bodyOf({ code, message, retryable }: StreamingError): object {
  return { code, message, retryable };
}

function idOf(engine: Engine): string {
  return (engine as unknown as { readonly id: string }).id;
}

/** Answers a refused request as Engine.IO would. */
function answer({ socket }: IncomingMessage, response: ServerResponse): void {
  const { code: message } = REFUSAL;
  if (response instanceof ServerResponse) {
    response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ code: FORBIDDEN, message }));
    return;
  }
  // That of an upgrade writes nothing.
  socket.on('error', () => undefined);
  socket.write(
    `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: ${message.length}\r\n\r\n${message}`,
  );
  socket.destroySoon();
}
