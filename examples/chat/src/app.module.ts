import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { Login } from './access/login.js';
import { TravelPolicy } from './access/travel-policy.js';
import { Approvals } from './agent/approvals.js';
import { OfflineModel } from './agent/offline-model.js';
import { CHAT_MODEL, TravelAgent } from './agent/travel-agent.js';

const login = new Login();

/** `TOKEN_DELAY_MS` is how long a word of the offline model takes, in milliseconds (40 by default). */
const createModel = (): OfflineModel =>
  new OfflineModel(Number(process.env['TOKEN_DELAY_MS'] ?? 40));

@Module({
  imports: [
    StreamingModule.forRoot({
      gateway: {
        authentication: { strategies: [login.strategy] },
        accessPolicy: new TravelPolicy(),
      },
    }),
  ],
  providers: [TravelAgent, Approvals, { provide: CHAT_MODEL, useFactory: createModel }],
})
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(login.answer).forRoutes('login');
  }
}
