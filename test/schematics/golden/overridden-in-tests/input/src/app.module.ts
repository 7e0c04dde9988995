import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({ imports: [StreamingModule.forRoot({ websocket: { enabled: true, port: 3000 } })] })
export class AppModule {}
