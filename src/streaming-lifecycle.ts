import {
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { GatewayAuthenticationService } from './access/gateway-authentication.service.js';
import { WebSocketBridgeService } from './bridge/websocket-bridge.service.js';
import { Cluster } from './cluster/cluster.js';
import type { StreamingBackend } from './cluster/streaming-backend.js';
import { Gateways } from './delivery/gateways.js';
import { ExecutionRegistry } from './executions/execution-registry.js';
import { LostExecutions } from './executions/lost-executions.js';
import { Shutdown } from './executions/shutdown.js';
import { WaitingExecutions } from './executions/waiting-executions.js';
import { STREAMING_BACKEND } from './options/tokens.js';

/**
 * Connects this instance with the other instances, and closes it: first the executions, so that viewers get
 * their end, then the connections, then the log.
 */
@Injectable()
export class StreamingLifecycle implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly executions: ExecutionRegistry,
    @Inject(STREAMING_BACKEND) private readonly backend: StreamingBackend,
    private readonly cluster: Cluster,
    private readonly shutdown: Shutdown,
    private readonly lost: LostExecutions,
    private readonly waiting: WaitingExecutions,
    private readonly authentication: GatewayAuthenticationService,
    bridge: WebSocketBridgeService,
    gateways: Gateways,
  ) {
    executions.onOpened((executionId) => bridge.executionOpened(executionId));
    bridge.registerExecutions({
      emit: (executionId, { type, data, metadata }) => {
        const execution = executions.getActive(executionId);
        if (!execution) return undefined;
        execution.context.emit(type, data, { nodeId: metadata?.nodeId, metadata });
        return execution.written();
      },
    });
    shutdown.onDrained(() => bridge.close());
    cluster.handle('acknowledge', ({ channel, ...request }) =>
      gateways.requestAcknowledgments(channel, request),
    );
    cluster.handle('revoke', ({ target, refuseForMs }) =>
      authentication.revokeHere(target, { refuseForMs }),
    );
    authentication.askInstances(async (target, { refuseForMs }) => {
      const counts = await cluster.demandAll('revoke', { target, refuseForMs });
      return counts.reduce((sum, count) => sum + count, 0);
    });
  }

  async onModuleInit(): Promise<void> {
    const { lost, authentication } = this;
    await this.cluster.start({
      onDead: (instanceId, held) => lost.onDead(instanceId, held),
      onRevived: () => {
        lost.onRevived();
        void authentication.endRefused();
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.shutdown.drain();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.executions.close();
    this.waiting.close();
    await this.backend.close();
  }
}
