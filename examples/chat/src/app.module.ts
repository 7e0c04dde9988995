import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { AuthModule } from './auth/auth.module.js';
import { TokenService } from './auth/token.service.js';
import { ChatModule } from './chat/chat.module.js';

@Module({
  imports: [
    StreamingModule.forRootAsync({
      imports: [AuthModule],
      inject: [TokenService],
      useFactory: ({ strategy }: TokenService) => ({
        gateway: { authentication: { strategies: [strategy] } },
      }),
    }),
    ChatModule,
  ],
})
export class AppModule {}
