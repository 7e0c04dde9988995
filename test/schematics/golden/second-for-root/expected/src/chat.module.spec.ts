import { StreamingModule } from '@hive-academy/langgraph-streaming';

export const module = StreamingModule.forRoot({ log: { maxEntries: 5 } });
