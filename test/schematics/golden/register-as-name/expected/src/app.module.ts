import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => config.getOrThrow('streaming'),
    })],
})
export class AppModule {}
