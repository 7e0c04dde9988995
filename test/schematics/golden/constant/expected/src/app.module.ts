import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const options = { gateway: { enabled: true, port: 3000 }, log: { maxEntries: 10 } };

@Module({
  imports: [StreamingModule.forRoot(options)],
})
export class AppModule {}
