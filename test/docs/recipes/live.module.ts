// live.module.ts
import { Module } from '@nestjs/common';
import { StreamingHttpModule } from '@hive-academy/langgraph-streaming';

/** Adds `GET /streaming/executions/:id` and `GET /streaming/rooms/:id`. */
@Module({ imports: [StreamingHttpModule.forRoot()] })
export class LiveModule {}
