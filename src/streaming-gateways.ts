import { Logger, type Provider } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { InjectedAccessPolicy } from './access/access-policy/injected-access-policy.js';
import { OpenAccessPolicy, OwnerAccessPolicy } from './access/access-policy/owner-access-policy.js';
import { GatewayAuthenticationService } from './access/gateway-authentication.service.js';
import { AccessAccount } from './access/rate-limit/access-account.js';
import { SharedAccount } from './access/rate-limit/shared-account.js';
import type { StreamAccessPolicy } from './access/stream-access-policy.js';
import { WebSocketBridgeService } from './bridge/websocket-bridge.service.js';
import type { StreamingBackend } from './cluster/streaming-backend.js';
import { Gateways } from './delivery/gateways.js';
import { GatewayErrorHandler } from './errors/gateway-error-handler.js';
import { Shutdown } from './executions/shutdown.js';
import { GatewayConnectionManager } from './gateway/gateway-connection.manager.js';
import { GatewayRuntime } from './gateway/gateway-runtime.js';
import { StreamingWebSocketGateway } from './gateway/streaming-websocket.gateway.js';
import type { StreamLog } from './log/stream-log.js';
import type {
  ResolvedGatewayOptions,
  ResolvedStreamingOptions,
} from './options/resolved-options.js';
import { RESOLVED_STREAMING_OPTIONS, STREAM_LOG, STREAMING_BACKEND } from './options/tokens.js';
import { StreamingService } from './streaming.service.js';
import { ThreadService } from './threads/thread.service.js';
import { HttpGateway } from './transports/http/http-gateway.js';
import { StreamingAuthGuard } from './transports/http/streaming-auth.guard.js';
import { answerHandlersOf } from './transports/socket-io/answered-handlers.js';
import { bindGateways } from './transports/socket-io/gateway-binding.js';
import { OwnPortGateways } from './transports/socket-io/own-port.js';
import { serveSockets } from './transports/socket-io/socket-gateway.js';
import { SocketServers } from './transports/socket-io/socket-servers.js';

const logger = new Logger('StreamingModule');

/**
 * The providers that serve clients: every gateway class with its options, its policy and its limits, and
 * HTTP.
 */
export const GATEWAY_PROVIDERS: Provider[] = [
  {
    provide: GatewayRuntime,
    inject: [
      RESOLVED_STREAMING_OPTIONS,
      ModulesContainer,
      ModuleRef,
      STREAM_LOG,
      StreamingService,
      ThreadService,
      GatewayErrorHandler,
      GatewayAuthenticationService,
      OwnPortGateways,
      WebSocketBridgeService,
      Gateways,
      STREAMING_BACKEND,
      Shutdown,
    ],
    useFactory: (
      { gateway, backend: isShared }: ResolvedStreamingOptions,
      modules: ModulesContainer,
      moduleRef: ModuleRef,
      log: StreamLog,
      streaming: StreamingService,
      threads: ThreadService,
      errors: GatewayErrorHandler,
      authentication: GatewayAuthenticationService,
      ownPorts: OwnPortGateways,
      bridge: WebSocketBridgeService,
      deliveries: Gateways,
      { tickets, signIns, limits, availability }: StreamingBackend,
      shutdown: Shutdown,
    ): GatewayRuntime => {
      const account = new AccessAccount();
      if (isShared) {
        account.shared = new SharedAccount(limits);
        authentication.share({ limits, tickets, signIns });
      }
      const servers = new SocketServers(account);
      const runtime = new GatewayRuntime(
        {
          log,
          availability,
          executions: streaming,
          threads,
          errors,
          authentication,
          account,
          bridge,
          deliveries,
          shutdown,
          policyOf: (options) => accessPolicyOf(options, moduleRef),
        },
        (core, namespace, gateway) => {
          runtime.namespaces.add(namespace.name);
          serveSockets(core, namespace, { ownPorts, servers });
          answerHandlersOf(gateway, namespace, moduleRef, errors);
        },
      );
      for (const options of bindGateways(modules, runtime, servers, gateway)) {
        warnIfOpen(options);
        if (options.authentication !== false) authentication.prepare(options.authentication);
      }
      return runtime;
    },
  },
  {
    provide: GatewayConnectionManager,
    inject: [GatewayRuntime],
    useFactory: (runtime: GatewayRuntime): GatewayConnectionManager =>
      runtime.settingsOf(runtime.main).connections,
  },
  OwnPortGateways,
  Gateways,
  StreamingWebSocketGateway,
  HttpGateway,
  StreamingAuthGuard,
];

function accessPolicyOf(
  { accessPolicy, authentication, rooms }: ResolvedGatewayOptions,
  moduleRef: ModuleRef,
): StreamAccessPolicy {
  if (typeof accessPolicy === 'function') return new InjectedAccessPolicy(accessPolicy, moduleRef);
  return (
    accessPolicy ??
    (authentication === false ? new OpenAccessPolicy() : new OwnerAccessPolicy(rooms))
  );
}

function warnIfOpen({ authentication, namespace }: ResolvedGatewayOptions): void {
  if (authentication !== false) return;
  logger.warn(
    `AUTHENTICATION IS OFF in ${namespace}: anybody who can reach it sees and controls every execution. Set gateway.authentication.`,
  );
}
