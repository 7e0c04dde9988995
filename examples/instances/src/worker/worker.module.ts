import { Module, type DynamicModule } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { redisBackend } from '@hive-academy/langgraph-streaming/redis';
import { createClient } from 'redis';
import { loadModels, MODELS } from '../../../chat/src/agent/models.js';
import { JobQueue } from '../job-queue.js';
import { PREFIX } from '../settings.js';
import { WorkerService } from './worker.service.js';

/** An instance that runs the agent. It has no gateway: viewers are at the gateways. */
@Module({})
export class WorkerModule {
  static with(redisUrl: string): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        StreamingModule.forRoot({
          backend: redisBackend({ client: createClient({ url: redisUrl }), prefix: PREFIX }),
        }),
      ],
      providers: [
        WorkerService,
        { provide: MODELS, useFactory: () => loadModels() },
        { provide: JobQueue, useFactory: () => new JobQueue(redisUrl) },
      ],
    };
  }
}
