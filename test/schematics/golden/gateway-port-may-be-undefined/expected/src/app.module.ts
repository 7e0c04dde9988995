import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const settings: { on?: boolean; port?: number } = {};

@Module({
  imports: [StreamingModule.forRoot({
      gateway: { enabled: settings.on ?? true, port: settings.port ?? 3000 },
    })],
})
export class AppModule {}
