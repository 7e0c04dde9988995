import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ websocket: { port: 3001, ...(process.env.CI ? { enabled: true } : {}) } })],
})
export class AppModule {}
