import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import options from './streaming.json' with { type: 'json' };

@Module({ imports: [StreamingModule.forRoot(options)] })
export class AppModule {}
