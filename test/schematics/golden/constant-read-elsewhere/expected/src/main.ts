import { options } from './options';

// TODO(@hive-academy/langgraph-streaming): READ_ELSEWHERE: change that code to the new key, then run the migration again
export const port = options.websocket.port;
