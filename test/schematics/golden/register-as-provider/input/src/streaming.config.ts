import { registerAs } from '@nestjs/config';

export default registerAs('streaming', () => ({ defaultBufferSize: 100, websocket: { enabled: true } }));
