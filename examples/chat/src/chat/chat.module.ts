import { Module } from '@nestjs/common';
import { MODELS, loadModels } from '../agent/models.js';
import { AuthModule } from '../auth/auth.module.js';
import { ChatController } from './chat.controller.js';
import { ChatService } from './chat.service.js';

@Module({
  imports: [AuthModule],
  controllers: [ChatController],
  providers: [ChatService, { provide: MODELS, useFactory: () => loadModels() }],
})
export class ChatModule {}
