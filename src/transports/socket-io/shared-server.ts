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

/** A gateway of the application that does not belong to the library. */
export interface OwnGateway extends ServerPlace {
  readonly wrapper: { metatype: unknown };
  readonly type: AnyClass;
  readonly options: GatewayMetadata;
}

/** The defaults of Socket.IO. */
const SOCKET_IO_DEFAULTS = { path: '/socket.io', maxHttpBufferSize: 1_000_000 };

/** Finds the application's own gateways. @param isOurs - returns whether a gateway belongs to the library */
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
 * The options of a server that gateways of the application share with the library. The options of the
 * application's gateways apply as if they were alone, but limits are not lower than the library's gateway
 * needs. The library's guard applies the library's own options to its own namespaces.
 */
export function sharedServerOptions(
  options: ResolvedGatewayOptions,
  own: readonly OwnGateway[],
): GatewayMetadata {
  const ours = socketIoOptions(options);
  const { pingInterval, pingTimeout, perMessageDeflate, httpCompression, path } = ours;
  // If several gateways set an option, the first gateway decides, as in Nest. Each keeps its namespace.
  const { namespace: _, ...theirs } = own.reduceRight<GatewayMetadata>(
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
 * Gives a gateway of the application the options of the shared server. Nest makes a separate server for each
 * spelling of a path, and two servers on one path would end the process at the first WebSocket.
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
 * Makes a subclass that Nest binds with these options. The metadata of the class itself is shared by all
 * applications of the process.
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
  // The type of Nest does not have this form, but Nest passes it on unchanged.
  return delegate as unknown as NonNullable<GatewayMetadata['cors']>;
}
