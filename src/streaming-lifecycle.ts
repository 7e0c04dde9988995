import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WebSocketBridgeService } from './bridge/websocket-bridge.service.js';
import { ExecutionRegistry } from './executions/execution-registry.js';
import type { StreamLog } from './log/stream-log.js';
import { STREAM_LOG } from './options/tokens.js';

/**
 * Tells the bridge of the executions of this process, and stops them when the application has closed its
 * connections, so that viewers are told to reconnect rather than that their execution was cancelled.
 */
@Injectable()
export class StreamingLifecycle implements OnApplicationShutdown {
  constructor(
    private readonly executions: ExecutionRegistry,
    @Inject(STREAM_LOG) private readonly log: StreamLog,
    bridge: WebSocketBridgeService,
  ) {
    executions.onOpened((executionId) => bridge.executionOpened(executionId));
    bridge.registerExecutions({
      emit: (executionId, { type, data, metadata }) => {
        const execution = executions.get(executionId);
        if (!execution || execution.ended) return undefined;
        execution.emit(type, data, { nodeId: metadata?.nodeId, metadata });
        return execution.written();
      },
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.executions.close();
    await this.log.close();
  }
}
