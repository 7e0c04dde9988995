import { isDeepStrictEqual } from 'node:util';
import { EXCEPTION_FILTERS_METADATA, INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import type { ModulesContainer } from '@nestjs/core';
import type { GatewayMetadata } from '@nestjs/websockets';
import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';
import { resolveGatewayOptions } from '../../options/resolve-options.js';
import type { WebSocketGatewayOptions } from '../../options/streaming-module-options.js';
import { AnswerInterceptor } from './answer.interceptor.js';
import { GatewayExceptionFilter } from './gateway-exception.filter.js';
import type { GatewayRuntime } from '../../gateway/gateway-runtime.js';
import { comparedPath, placeOf, type ServerPlace } from './server-place.js';
import {
  findOwnGateways,
  gatewayClass,
  sharedServerOptions,
  shareServer,
} from './shared-server.js';
import { socketIoOptions } from './socket-io-options.js';
import type { SocketServers } from './socket-servers.js';
import { STREAMING_GATEWAY_OPTIONS } from '../../gateway/streaming-gateway.decorator.js';
import { StreamingWebSocketGateway } from '../../gateway/streaming-websocket.gateway.js';

type GatewayClass = abstract new (...args: never[]) => StreamingWebSocketGateway;

interface FoundGateway {
  readonly wrapper: { metatype: unknown };
  readonly type: GatewayClass;
  readonly options: ResolvedGatewayOptions;
}

/** Options of a whole server, not of one namespace. */
const SERVER_OPTIONS = [
  'cors',
  'transports',
  'trustedProxies',
  'pingIntervalMs',
  'pingTimeoutMs',
  'connectTimeoutMs',
  'maxPayloadBytes',
  'compression',
] as const satisfies readonly (keyof ResolvedGatewayOptions)[];

/**
 * Applies the resolved options. Nest reads a gateway's port, namespace and server options from the metadata
 * of its class. Decorators write this metadata at import, and all applications of the process share it. So
 * each gateway provider of this application gets its own subclass with its own metadata, before Nest binds
 * sockets. A disabled gateway gets no metadata, and is not bound.
 *
 * @returns the options of the gateways that will listen
 */
export function bindGateways(
  modules: ModulesContainer,
  runtime: GatewayRuntime,
  servers: SocketServers,
  moduleOptions: ResolvedGatewayOptions,
): ResolvedGatewayOptions[] {
  const found = findGateways(modules, moduleOptions);
  for (const { type, options } of found) runtime.configure(type, options);
  runtime.main = (replacementOf(moduleOptions, found) ?? { type: StreamingWebSocketGateway }).type;
  const listening = found.filter(({ type, options }) => isListening(found, type, options));
  requireEqualServers(listening);
  const { errors } = runtime.services;
  const serverOptions = shareServers(modules, listening, servers);
  for (const { wrapper, type, options } of listening) {
    const server = serverOptions.get(placeOf(options)) ?? socketIoOptions(options);
    wrapper.metatype = configuredClass(type, options, server, errors);
  }
  return listening.map(({ options }) => options);
}

/**
 * Lets gateways of the application that have the path of a library's gateway use the same server.
 *
 * @returns the options of the shared servers, by place
 * @throws StreamingError `INVALID_OPTIONS` if two servers would receive the same requests
 */
function shareServers(
  modules: ModulesContainer,
  listening: readonly FoundGateway[],
  servers: SocketServers,
): ReadonlyMap<string, GatewayMetadata> {
  const own = findOwnGateways(modules, isGatewayClass);
  const shared = new Map<string, GatewayMetadata>();
  for (const { type, options } of listening) {
    for (const other of [...own, ...listening.map((one) => ({ ...one.options, type: one.type }))])
      requireApart({ ...options, type }, other);
    const place = placeOf(options);
    const sharing = own.filter((other) => placeOf(other) === place);
    if (sharing.length === 0 || shared.has(place)) continue;
    const server = sharedServerOptions(options, sharing);
    shared.set(place, server);
    servers.share(place);
    for (const other of sharing) shareServer(other, server);
  }
  return shared;
}

type PlacedGateway = ServerPlace & { readonly type: { readonly name: string } };

/** @throws StreamingError `INVALID_OPTIONS` if two servers would receive the same requests */
function requireApart(one: PlacedGateway, other: PlacedGateway): void {
  if (one.port !== other.port) return;
  const [path, otherPath] = [comparedPath(one.path), comparedPath(other.path)];
  if (path === otherPath) return;
  const names = `${one.type.name} (path ${one.path}) and ${other.type.name} (path ${other.path})`;
  if (one.port !== 0) {
    throw new StreamingError(
      'INVALID_OPTIONS',
      `${names} both listen on port ${one.port}, which can have only one path. Give both the same path, or one of them another port.`,
    );
  }
  if (!path.startsWith(otherPath) && !otherPath.startsWith(path)) return;
  throw new StreamingError(
    'INVALID_OPTIONS',
    `The path of one of ${names} begins with the path of the other, so both would receive the same requests. Give both the same path, or two paths of which neither begins with the other.`,
  );
}

/**
 * Gateways on the same port and path share one server. The server has the options of the gateway that is
 * bound first. If their options differ, the options of the others would silently have no effect.
 *
 * @throws StreamingError `INVALID_OPTIONS`
 */
function requireEqualServers(gateways: readonly FoundGateway[]): void {
  for (const [index, one] of gateways.entries()) {
    for (const other of gateways.slice(index + 1)) {
      if (placeOf(one.options) !== placeOf(other.options)) continue;
      const differing = SERVER_OPTIONS.filter(
        (name) => !isDeepStrictEqual(one.options[name], other.options[name]),
      );
      if (differing.length === 0) continue;
      throw new StreamingError(
        'INVALID_OPTIONS',
        `${one.type.name} and ${other.type.name} share a server but differ in ${differing.join(', ')}. Make them equal, or give one of them a path or port of its own.`,
      );
    }
  }
}

function findGateways(
  modules: ModulesContainer,
  moduleOptions: ResolvedGatewayOptions,
): FoundGateway[] {
  const found: FoundGateway[] = [];
  for (const module of modules.values()) {
    for (const wrapper of module.providers.values()) {
      const type: unknown = wrapper.metatype;
      if (!isGatewayClass(type) || wrapper.isNotMetatype) continue;
      const own = Reflect.getMetadata(STREAMING_GATEWAY_OPTIONS, type) as
        WebSocketGatewayOptions | undefined;
      found.push({
        wrapper,
        type,
        options: own ? resolveGatewayOptions(moduleOptions, own) : moduleOptions,
      });
    }
  }
  return found;
}

function isGatewayClass(type: unknown): type is GatewayClass {
  return (
    typeof type === 'function' &&
    (type === StreamingWebSocketGateway || type.prototype instanceof StreamingWebSocketGateway)
  );
}

/** The module's own gateway is not bound if a subclass has the same place. */
function isListening(
  found: readonly FoundGateway[],
  type: GatewayClass,
  options: ResolvedGatewayOptions,
): boolean {
  if (!options.enabled || type !== StreamingWebSocketGateway) return options.enabled;
  return !replacementOf(options, found);
}

/** The subclass in the place of the module's own gateway, if there is one. */
function replacementOf(
  options: ResolvedGatewayOptions,
  found: readonly FoundGateway[],
): FoundGateway | undefined {
  return found.find(
    (other) =>
      other.type !== StreamingWebSocketGateway &&
      other.options.enabled &&
      seatOf(other.options) === seatOf(options),
  );
}

function seatOf(options: ResolvedGatewayOptions): string {
  return `${placeOf(options)} ${options.namespace}`;
}

function configuredClass(
  type: GatewayClass,
  { port, namespace }: ResolvedGatewayOptions,
  server: GatewayMetadata,
  errors: GatewayErrorHandler,
): GatewayClass {
  const configured = gatewayClass(type, port, { ...server, namespace });
  // Nest tries the last filter first, so this filter runs after the filters of the application.
  const own = (Reflect.getMetadata(EXCEPTION_FILTERS_METADATA, type) ?? []) as object[];
  const filters = [new GatewayExceptionFilter(errors), ...own];
  Reflect.defineMetadata(EXCEPTION_FILTERS_METADATA, filters, configured);
  // The first interceptor sees the answer after all other interceptors.
  const others = (Reflect.getMetadata(INTERCEPTORS_METADATA, type) ?? []) as object[];
  Reflect.defineMetadata(INTERCEPTORS_METADATA, [new AnswerInterceptor(), ...others], configured);
  return configured;
}
