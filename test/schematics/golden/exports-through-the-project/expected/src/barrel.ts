export * from '@hive-academy/langgraph-streaming';
export * from './local';
