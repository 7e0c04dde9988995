import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const getStreamingConfig = () => ({ websocket: { enabled: true, port: 3001 } });
const { websocket } = getStreamingConfig();
export const port = websocket.port;

@Module({
  imports: [StreamingModule.forRoot(getStreamingConfig())],
})
export class AppModule {}
