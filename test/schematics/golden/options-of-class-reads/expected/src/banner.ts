import { Config } from './app.module';

// TODO(@hive-academy/langgraph-streaming): READ_ELSEWHERE: change that code to the new key, then run the migration again
export const banner = `Listens on ${Config.live.streaming.websocket.port}`;
// TODO(@hive-academy/langgraph-streaming): READ_ELSEWHERE: change that code to the new key, then run the migration again
export const { websocket } = Config.test();
