import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        authentication: false /* internal network only */,
      },
    })],
})
export class AppModule {}
