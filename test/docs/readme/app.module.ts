// app.module.ts
import { JwtStrategy, StreamingModule } from '@hive-academy/langgraph-streaming';
import { Module } from '@nestjs/common';
import { SupportAgent } from './support.agent.js'; // add

// Verifies the token that the page sends.
const jwt = new JwtStrategy({ secret: process.env['JWT_SECRET'] ?? '' });

@Module({
  imports: [
    StreamingModule.forRoot({
      gateway: {
        authentication: { strategies: [jwt] },
        cors: { origin: 'http://localhost:5173' }, // add
      },
    }),
  ],
  providers: [SupportAgent], // add to your providers
})
export class AppModule {}
