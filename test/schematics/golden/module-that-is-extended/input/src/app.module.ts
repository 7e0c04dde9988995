import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

class LiveModule extends StreamingModule {
  static configure() {
    return super.forRoot({ websocket: { enabled: true, port: 3000 } });
  }
}

@Module({ imports: [LiveModule.configure()] })
export class AppModule {}
