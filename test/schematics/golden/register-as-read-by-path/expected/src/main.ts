import type { ConfigService } from '@nestjs/config';

// TODO(@hive-academy/langgraph-streaming): READ_ELSEWHERE: change that code to the new key, then run the migration again
export const port = (config: ConfigService) => config.get<number>('streaming.websocket.port');
