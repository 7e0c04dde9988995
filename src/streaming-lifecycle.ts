import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ExecutionRegistry } from './executions/execution-registry.js';
import type { StreamLog } from './log/stream-log.js';
import { STREAM_LOG } from './options/tokens.js';

/**
 * Stops the work when the application has closed its connections, so that viewers are told to
 * reconnect rather than that their execution was cancelled.
 */
@Injectable()
export class StreamingLifecycle implements OnApplicationShutdown {
  constructor(
    private readonly executions: ExecutionRegistry,
    @Inject(STREAM_LOG) private readonly log: StreamLog,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.executions.close();
    await this.log.close();
  }
}
