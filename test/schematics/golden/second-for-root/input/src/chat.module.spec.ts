import { StreamingModule } from '@hive-academy/langgraph-streaming';

export const module = StreamingModule.forRoot({ defaultBufferSize: 5 });
