import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, authentication: { enabled: true, strategy: 'jwt', secretKey: 'x'.repeat(32) } } } as object)],
})
export class AppModule {}
