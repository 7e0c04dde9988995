import { options } from './options';

export const port = options.websocket.port;
