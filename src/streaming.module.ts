import {
  ConfigurableModuleBuilder,
  Logger,
  Module,
  type DynamicModule,
  type Provider,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { GatewayAuthenticationService } from './access/gateway-authentication.service.js';
import { AgentRegistry } from './agents/agent-registry.js';
import { WebSocketBridgeService } from './bridge/websocket-bridge.service.js';
import { Cluster } from './cluster/cluster.js';
import { ClusterAcknowledgments } from './cluster/cluster-acknowledgments.js';
import { singleInstance } from './cluster/memory/memory-backend.js';
import type { StreamingBackend } from './cluster/streaming-backend.js';
import { ACKNOWLEDGMENT_REQUESTER } from './decorators/acknowledgment.js';
import { DecoratorRuntime, InstanceExplorer } from './decorators/decorator-runtime.js';
import { StreamContext } from './decorators/stream-context.js';
import { GatewayErrorHandler } from './errors/gateway-error-handler.js';
import { StreamingError } from './errors/streaming.error.js';
import { EventStreamProcessorService } from './executions/event-stream-processor.service.js';
import { ResumableSources } from './executions/resumable-sources.js';
import { EXECUTION_PROVIDERS } from './executions/execution-providers.js';
import { ExecutionRegistry } from './executions/execution-registry.js';
import { TokenStreamingService } from './executions/token-streaming.service.js';
import { HttpGateway } from './transports/http/http-gateway.js';
import { StreamingAuthGuard } from './transports/http/streaming-auth.guard.js';
import { GatewayConnectionManager } from './gateway/gateway-connection.manager.js';
import { GatewayRuntime } from './gateway/gateway-runtime.js';
import { StreamingWebSocketGateway } from './gateway/streaming-websocket.gateway.js';
import { foldLegacyOptions } from './legacy/fold-legacy-options.js';
import type { LegacyModuleOptions } from './legacy/legacy-options.js';
import { legacyWarnings } from './legacy/legacy-warnings.js';
import { MemoryStreamLog } from './log/memory-stream-log.js';
import type { StreamLog } from './log/stream-log.js';
import { resolveStreamingOptions } from './options/resolve-options.js';
import type { ResolvedStreamingOptions } from './options/resolved-options.js';
import type { StreamingModuleOptions as CurrentOptions } from './options/streaming-module-options.js';
import {
  RESOLVED_STREAMING_OPTIONS,
  STREAM_LOG,
  STREAMING_BACKEND,
  STREAMING_OPTIONS,
} from './options/tokens.js';
import { StreamingBootLog } from './streaming-boot-log.js';
import { GATEWAY_PROVIDERS } from './streaming-gateways.js';
import { StreamingLifecycle } from './streaming-lifecycle.js';
import { StreamingService } from './streaming.service.js';
import { THREAD_PROVIDERS } from './threads/thread.providers.js';
import { ThreadService } from './threads/thread.service.js';

/**
 * Options of `StreamingModule.forRoot` and `forRootAsync`. The options of 0.x are accepted too.
 *
 * @publicApi
 */
export type StreamingModuleOptions = CurrentOptions & LegacyModuleOptions;

const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<StreamingModuleOptions>({
    optionsInjectionToken: STREAMING_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createStreamingOptions')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();

/** Options of `StreamingModule.forRoot`, with `isGlobal` (default `true`). */
export type StreamingModuleRootOptions = typeof OPTIONS_TYPE;

/** Options of `StreamingModule.forRootAsync`: `useFactory`, `useClass` or `useExisting`. */
export type StreamingModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/**
 * Makes the module's options. Implement it in the class that you give to `useClass` or `useExisting` of
 * `forRootAsync`.
 */
export interface StreamingOptionsFactory {
  /** Returns the options. It is called once, when the application starts. */
  createStreamingOptions(): StreamingModuleOptions | Promise<StreamingModuleOptions>;
}

const logger = new Logger('StreamingModule');

const EXPORTED = [
  StreamingService,
  ThreadService,
  AgentRegistry,
  TokenStreamingService,
  EventStreamProcessorService,
  WebSocketBridgeService,
  GatewayAuthenticationService,
  GatewayErrorHandler,
  DecoratorRuntime,
  StreamContext,
  ExecutionRegistry,
  ResumableSources,
  GatewayRuntime,
  GatewayConnectionManager,
  StreamingWebSocketGateway,
  HttpGateway,
  StreamingAuthGuard,
  STREAM_LOG,
  STREAMING_BACKEND,
  STREAMING_OPTIONS,
  RESOLVED_STREAMING_OPTIONS,
];

const PROVIDERS: Provider[] = [
  {
    provide: RESOLVED_STREAMING_OPTIONS,
    inject: [STREAMING_OPTIONS, ModulesContainer],
    useFactory: (
      raw: StreamingModuleOptions,
      modules: ModulesContainer,
    ): ResolvedStreamingOptions => {
      refuseSecondImport(modules);
      const folded = foldLegacyOptions({ ...raw });
      const resolved = resolveStreamingOptions(folded.options);
      for (const warning of legacyWarnings(folded)) logger.warn(warning);
      return resolved;
    },
  },
  {
    provide: STREAMING_BACKEND,
    inject: [RESOLVED_STREAMING_OPTIONS],
    useFactory: makeBackend,
  },
  {
    provide: STREAM_LOG,
    inject: [STREAMING_BACKEND],
    useFactory: ({ log }: StreamingBackend): StreamLog => log,
  },
  {
    provide: Cluster,
    inject: [STREAMING_BACKEND],
    useFactory: (backend: StreamingBackend): Cluster => new Cluster(backend),
  },
  ...EXECUTION_PROVIDERS,
  ...THREAD_PROVIDERS,
  ...GATEWAY_PROVIDERS,
  {
    provide: ACKNOWLEDGMENT_REQUESTER,
    inject: [Cluster],
    useFactory: (cluster: Cluster): ClusterAcknowledgments => new ClusterAcknowledgments(cluster),
  },
  DecoratorRuntime,
  InstanceExplorer,
  StreamContext,
  StreamingService,
  TokenStreamingService,
  EventStreamProcessorService,
  WebSocketBridgeService,
  GatewayErrorHandler,
  GatewayAuthenticationService,
  StreamingLifecycle,
  StreamingBootLog,
];

/** Without the option `backend`, there is one instance. The module closes only the log that it made itself. */
async function makeBackend({
  backend,
  log,
  agents: threads,
}: ResolvedStreamingOptions): Promise<StreamingBackend> {
  if (backend) return backend({ log, threads });
  if (log.store) return singleInstance(log.store, threads, async () => undefined);
  const memory = new MemoryStreamLog(log);
  return singleInstance(memory, threads, () => memory.close());
}

/** Two modules would have two logs, and a viewer would miss the updates of the other log. */
function refuseSecondImport(modules: ModulesContainer): void {
  const imported = [...modules.values()].filter(({ providers }) =>
    providers.has(RESOLVED_STREAMING_OPTIONS),
  );
  if (imported.length < 2) return;
  throw new StreamingError(
    'INVALID_OPTIONS',
    'StreamingModule.forRoot is imported twice. Import it only in the root module; its providers are global.',
  );
}

/**
 * The module of this package. Import it once, in the root module, with `forRoot` or `forRootAsync`. Its
 * providers are global, unless you set `isGlobal: false`.
 *
 * @publicApi
 */
@Module({})
export class StreamingModule extends ConfigurableModuleClass {
  /**
   * Sets up the module with options that are known when the class is loaded.
   *
   * @throws StreamingError `INVALID_OPTIONS` when the application starts, with every fault and its path
   */
  static override forRoot(options: StreamingModuleRootOptions = {}): DynamicModule {
    return withProviders(super.forRoot(options));
  }

  /**
   * Sets up the module with options that a factory or a class makes, for example from `ConfigService`.
   *
   * @throws StreamingError `INVALID_OPTIONS` when the application starts, with every fault and its path
   */
  static override forRootAsync(options: StreamingModuleAsyncOptions): DynamicModule {
    return withProviders(super.forRootAsync(options));
  }
}

function withProviders(definition: DynamicModule): DynamicModule {
  return {
    ...definition,
    providers: [...(definition.providers ?? []), ...PROVIDERS],
    exports: [...(definition.exports ?? []), ...EXPORTED],
  };
}
