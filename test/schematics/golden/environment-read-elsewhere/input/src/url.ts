import { environment as env } from './environment';

export const url = `ws://localhost:${env.streaming.websocket.port}`;
