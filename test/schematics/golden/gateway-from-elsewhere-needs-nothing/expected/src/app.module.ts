import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const gateway = { enabled: true, namespace: '/live' };

@Module({
  imports: [StreamingModule.forRoot({ gateway })],
})
export class AppModule {}
