import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const config = { streaming: { gateway: { enabled: true, port: 3000 } } };

@Module({
  imports: [StreamingModule.forRoot(config.streaming)],
})
export class AppModule {}
