import type { ConfigService } from '@nestjs/config';

export const port = (config: ConfigService) => config.get<number>('streaming.websocket.port');
