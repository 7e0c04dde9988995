import { Module, type DynamicModule } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { redisBackend } from '@hive-academy/langgraph-streaming/redis';
import { createClient } from 'redis';
import { AuthModule } from '../auth/auth.module.js';
import { TokenService } from '../auth/token.service.js';
import { JobQueue } from '../job-queue.js';
import { PREFIX } from '../settings.js';
import { JobsController } from './jobs.controller.js';

/** An instance that serves viewers and runs nothing. */
@Module({})
export class GatewayModule {
  static with(redisUrl: string): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        StreamingModule.forRootAsync({
          imports: [AuthModule],
          inject: [TokenService],
          useFactory: ({ strategy }: TokenService) => ({
            backend: redisBackend({ client: createClient({ url: redisUrl }), prefix: PREFIX }),
            gateway: { authentication: { strategies: [strategy] } },
          }),
        }),
        AuthModule,
      ],
      controllers: [JobsController],
      providers: [{ provide: JobQueue, useFactory: () => connected(redisUrl) }],
    };
  }
}

async function connected(redisUrl: string): Promise<JobQueue> {
  const queue = new JobQueue(redisUrl);
  await queue.connect();
  return queue;
}
