import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { environment } from './environment';

@Module({ imports: [StreamingModule.forRoot({ ...environment.streaming })] })
export class AppModule {}
