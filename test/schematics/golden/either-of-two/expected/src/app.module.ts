import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    process.env.CI
      ? StreamingModule.forRoot({ gateway: { enabled: false } })
      : StreamingModule.forRoot({ gateway: { enabled: true } }),
  ],
})
export class AppModule {}
