export { StreamingModule as Live } from '@hive-academy/langgraph-streaming';
