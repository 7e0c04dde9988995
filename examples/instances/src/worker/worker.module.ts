import { Module, type DynamicModule } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { redisBackend } from '@hive-academy/langgraph-streaming/redis';
import { createClient } from 'redis';
import { MODELS, type ModelFor } from '../agent/model-for.js';
import { offlineModels } from '../agent/offline-model.js';
import { JobQueue } from '../job-queue.js';
import { PREFIX } from '../settings.js';
import { WorkerService } from './worker.service.js';

/** `TOKEN_DELAY_MS` is how long a word of the offline model takes, in milliseconds (40 by default). */
const createModels = (): ModelFor => offlineModels(Number(process.env['TOKEN_DELAY_MS'] ?? 40));

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
        { provide: MODELS, useFactory: createModels },
        { provide: JobQueue, useFactory: () => new JobQueue(redisUrl) },
      ],
    };
  }
}
