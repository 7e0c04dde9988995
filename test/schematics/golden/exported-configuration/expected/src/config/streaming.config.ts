import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
import { JwtStrategy } from '@hive-academy/langgraph-streaming';

export const streamingConfig: StreamingModuleOptions = {
  gateway: { authentication: { strategies: [new JwtStrategy({ secret: process.env['JWT_SECRET'] ?? '' })] }, enabled: true, port: 3000 },
};
