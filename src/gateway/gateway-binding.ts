import type { ModulesContainer } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import { resolveGatewayOptions } from '../options/resolve-options.js';
import type { WebSocketGatewayOptions } from '../options/streaming-module-options.js';
import type { GatewayRuntime } from './gateway-runtime.js';
import { socketIoOptions } from './socket-io-options.js';
import { STREAMING_GATEWAY_OPTIONS } from './streaming-gateway.decorator.js';
import { StreamingWebSocketGateway } from './streaming-websocket.gateway.js';

type GatewayClass = abstract new (...args: never[]) => StreamingWebSocketGateway;

interface FoundGateway {
  readonly wrapper: { metatype: unknown };
  readonly type: GatewayClass;
  readonly options: ResolvedGatewayOptions;
}

/**
 * Puts the resolved options in force. Nest reads a gateway's port, namespace and server options from
 * its class's metadata, which decorators write at import and every application of the process
 * shares. So each gateway provider of this application gets a class of its own that carries its
 * metadata, before Nest binds sockets; a gateway that is disabled gets none and is not bound.
 *
 * @returns the options of the gateways that will listen
 */
export function bindGateways(
  modules: ModulesContainer,
  runtime: GatewayRuntime,
  moduleOptions: ResolvedGatewayOptions,
): ResolvedGatewayOptions[] {
  const found = findGateways(modules, moduleOptions);
  for (const { wrapper, type, options } of found) {
    runtime.configure(type, options);
    if (isListening(found, type, options)) wrapper.metatype = configuredClass(type, options);
  }
  return found
    .filter(({ type, options }) => isListening(found, type, options))
    .map(({ options }) => options);
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

/** The module's own gateway makes way for a subclass in the same place. */
function isListening(
  found: readonly FoundGateway[],
  type: GatewayClass,
  options: ResolvedGatewayOptions,
): boolean {
  if (!options.enabled || type !== StreamingWebSocketGateway) return options.enabled;
  return !found.some(
    (other) =>
      other.type !== type && other.options.enabled && placeOf(other.options) === placeOf(options),
  );
}

function placeOf({ port, path, namespace }: ResolvedGatewayOptions): string {
  return JSON.stringify([port, path, namespace]);
}

function configuredClass(type: GatewayClass, options: ResolvedGatewayOptions): GatewayClass {
  abstract class Configured extends type {}
  Object.defineProperty(Configured, 'name', { value: type.name });
  WebSocketGateway(options.port, socketIoOptions(options))(Configured);
  return Configured;
}
