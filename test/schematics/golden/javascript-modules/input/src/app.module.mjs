import { StreamingModule } from '@hive-academy/langgraph-streaming';

export default StreamingModule.forRoot({ defaultBufferSize: 5, websocket: { enabled: true } });
