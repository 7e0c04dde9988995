import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
const args = [{ websocket: { enabled: true } }] as const;

@Module({ imports: [StreamingModule.forRoot(...args)] })
export class AppModule {}
