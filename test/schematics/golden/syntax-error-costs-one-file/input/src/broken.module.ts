import { StreamingModule } from '@hive-academy/langgraph-streaming';

export const broken = StreamingModule.forRoot({ websocket: { enabled: true };
