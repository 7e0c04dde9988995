import { registerAs } from '@nestjs/config';

export default registerAs('streaming', () => ({ log: { maxEntries: 100 }, gateway: { enabled: true } }));
