import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      log: { maxEntries: 50 },
      gateway: {
        enabled: true,
        // TODO(@hive-academy/langgraph-streaming): CORS_TRUE: name the origins: `cors: { origin: ['https://app.example.com'] }`
        cors: true,
        // TODO(@hive-academy/langgraph-streaming): AUTH_WITHOUT_SECRET: give `authentication: { strategies: [new JwtStrategy({ secret })] }`
        authentication: { enabled: true, strategy: 'jwt' },
        rateLimit: { windowMs: 60000 },
        maxConnections: 100,
        port: 8080,
      },
    } as object)],
})
export class AppModule {}
