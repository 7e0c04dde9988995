import { registerAs } from '@nestjs/config';

export const streamingConfig = registerAs('streaming', () => ({
  gateway: { enabled: process.env['WS'] !== 'off', port: 3000 },
}));
