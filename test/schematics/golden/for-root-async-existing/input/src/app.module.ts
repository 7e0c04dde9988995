import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

class StreamingConfig {
  createStreamingOptions() {
    return { websocket: { enabled: true, port: 3000 } };
  }
}

@Module({ imports: [StreamingModule.forRootAsync({ useExisting: StreamingConfig })] })
export class AppModule {}
