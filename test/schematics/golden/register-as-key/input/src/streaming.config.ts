import { registerAs } from '@nestjs/config';

export const streamingConfig = registerAs('streaming', () => ({
  websocket: { enabled: process.env['WS'] !== 'off', port: 3000 },
}));
