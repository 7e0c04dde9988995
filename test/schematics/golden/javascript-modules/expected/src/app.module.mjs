import { StreamingModule } from '@hive-academy/langgraph-streaming';

export default StreamingModule.forRoot({ log: { maxEntries: 5 }, gateway: { enabled: true } });
