import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): ON_BY_DEFAULT: write `enabled: true` or `enabled: false`
  imports: [StreamingModule.forRoot({ gateway: { port: 3001 } })],
})
export class AppModule {}
