import { registerAs } from '@nestjs/config';

export default registerAs('streaming', () => ({ websocket: { enabled: true, port: 3000 } }));
