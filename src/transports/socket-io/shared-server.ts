import type { IncomingMessage } from 'node:http';
import type { ModulesContainer } from '@nestjs/core';
import { WebSocketGateway, type GatewayMetadata } from '@nestjs/websockets';
import { GATEWAY_METADATA, GATEWAY_OPTIONS, PORT_METADATA } from '@nestjs/websockets/constants.js';
import type {
  ResolvedCorsOptions,
  ResolvedGatewayOptions,
} from '../../options/resolved-options.js';
import { isListedOrigin } from '../../common/origin-list.js';
import type { ServerPlace } from './server-place.js';
import { corsOptions, socketIoOptions } from './socket-io-options.js';

type AnyClass = abstract new (...args: never[]) => object;

/** A gateway of the application that is none of the library's. */
export interface OwnGateway extends ServerPlace {
  readonly wrapper: { metatype: unknown };
  readonly type: AnyClass;
  readonly options: GatewayMetadata;
}

/** What Socket.IO does when an option is absent. */
const SOCKET_IO_DEFAULTS = { path: '/socket.io', maxHttpBufferSize: 1_000_000 };

/** Finds the application's own gateways. @param isOurs - knows those of the library */
export function findOwnGateways(
  modules: ModulesContainer,
  isOurs: (type: unknown) => boolean,
): OwnGateway[] {
  return [...modules.values()].flatMap(({ providers }) =>
    [...providers.values()].flatMap((wrapper) => {
      const type: unknown = wrapper.metatype;
      if (typeof type !== 'function' || wrapper.isNotMetatype || isOurs(type)) return [];
      if (Reflect.getMetadata(GATEWAY_METADATA, type) !== true) return [];
      const options = (Reflect.getMetadata(GATEWAY_OPTIONS, type) ?? {}) as GatewayMetadata;
      const port = (Reflect.getMetadata(PORT_METADATA, type) ?? 0) as number;
      const path = options.path ?? SOCKET_IO_DEFAULTS.path;
      return [{ wrapper, type: type as AnyClass, options, port, path }];
    }),
  );
}

/**
 * The options of a server that gateways of the application share with the library: what they say, as if
 * they were alone, and nothing narrower than what the library's gateway needs. What the
 * library's own options forbid is refused by its guard, for its own namespaces.
 */
export function sharedServerOptions(
  options: ResolvedGatewayOptions,
  own: readonly OwnGateway[],
): GatewayMetadata {
  const ours = socketIoOptions(options);
  const { pingInterval, pingTimeout, perMessageDeflate, httpCompression, path } = ours;
  // As in Nest, the first gateway decides where several say something.
  const theirs = own.reduceRight<GatewayMetadata>(
    (merged, gateway) => ({ ...merged, ...gateway.options }),
    {},
  );
  const { transports, maxHttpBufferSize = SOCKET_IO_DEFAULTS.maxHttpBufferSize } = theirs;
  return {
    ...{ pingInterval, pingTimeout, perMessageDeflate, httpCompression },
    ...theirs,
    path,
    ...(transports && { transports: [...new Set([...transports, ...ours.transports])] }),
    maxHttpBufferSize: Math.max(maxHttpBufferSize, ours.maxHttpBufferSize),
    ...(options.cors && { cors: sharedCors(options.cors, theirs.cors) }),
  };
}

/**
 * Gives a gateway of the application the options of the server that it shares. Nest makes a server
 * for each way of writing a path, and two servers on one path end the process at the first WebSocket.
 */
export function shareServer(
  { wrapper, type, port, options }: OwnGateway,
  server: GatewayMetadata,
): void {
  const { namespace } = options;
  wrapper.metatype = gatewayClass(type, port, {
    ...server,
    ...(namespace === undefined ? {} : { namespace }),
  });
}

/**
 * A class that is the given one, but that Nest binds with these options. The metadata of the class itself
 * belongs to every application of the process.
 */
export function gatewayClass<T extends AnyClass>(
  type: T,
  port: number,
  options: GatewayMetadata,
): T {
  const Base: AnyClass = type;
  abstract class Configured extends Base {}
  Object.defineProperty(Configured, 'name', { value: type.name });
  WebSocketGateway(port, options)(Configured);
  return Configured as unknown as T;
}

type CorsDelegate = (
  request: IncomingMessage,
  decide: (error: Error | null, options?: unknown) => void,
) => void;

/** The CORS headers of the library for its pages, and those of the other gateways for theirs. */
function sharedCors(
  ours: ResolvedCorsOptions,
  theirs: unknown,
): NonNullable<GatewayMetadata['cors']> {
  const delegate: CorsDelegate = (request, decide) => {
    if (isListedOrigin(request.headers.origin ?? '', ours.origin)) decide(null, corsOptions(ours));
    else if (typeof theirs === 'function') (theirs as CorsDelegate)(request, decide);
    else decide(null, theirs === undefined || theirs === false ? { origin: false } : theirs);
  };
  // Nest's type does not name this form, which it hands on as it is.
  return delegate as unknown as NonNullable<GatewayMetadata['cors']>;
}
