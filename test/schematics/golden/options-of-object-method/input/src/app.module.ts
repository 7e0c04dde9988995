import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
const config = { streaming() { return { websocket: { enabled: true } }; } };

@Module({ imports: [StreamingModule.forRoot(config.streaming())] })
export class AppModule {}
