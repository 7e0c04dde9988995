import { environment as env } from './environment';

// TODO(@hive-academy/langgraph-streaming): READ_ELSEWHERE: change that code to the new key, then run the migration again
export const url = `ws://localhost:${env.streaming.websocket.port}`;
