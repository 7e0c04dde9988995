import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

interface Options {
  websocket: { enabled: boolean; port: number };
}

const options: Options = { websocket: { enabled: true, port: 3001 } };

@Module({
  imports: [StreamingModule.forRoot(options)],
})
export class AppModule {}
