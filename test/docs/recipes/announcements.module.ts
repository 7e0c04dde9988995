// announcements.module.ts
import { Injectable, Module } from '@nestjs/common';
import {
  CustomStrategy,
  OwnerAccessPolicy,
  StreamingModule,
  StreamingService,
} from '@hive-academy/langgraph-streaming';
import { findUser } from './users.js';

@Injectable()
export class AnnouncementsService {
  constructor(private readonly streaming: StreamingService) {}

  announce(text: string) {
    return this.streaming.publish('lobby', 'events', { text });
  }

  notify(userId: string, text: string) {
    return this.streaming.publish(`user:${userId}`, 'events', { text });
  }
}

@Module({
  imports: [
    StreamingModule.forRoot({
      gateway: {
        authentication: { strategies: [new CustomStrategy(({ token }) => findUser(token))] },
        accessPolicy: new OwnerAccessPolicy(['lobby', 'user:{principalId}']),
      },
    }),
  ],
  providers: [AnnouncementsService],
  exports: [AnnouncementsService],
})
export class AnnouncementsModule {}
