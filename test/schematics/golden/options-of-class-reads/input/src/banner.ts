import { Config } from './app.module';

export const banner = `Listens on ${Config.live.streaming.websocket.port}`;
export const { websocket } = Config.test();
