import { Conf } from './conf.js';
export const port = Conf.websocket.port;
