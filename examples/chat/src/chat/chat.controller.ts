import { BadRequestException, Body, Controller, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import type { Principal } from '@hive-academy/langgraph-streaming';
import { User, UserGuard } from '../auth/user.guard.js';
import { ChatService } from './chat.service.js';

const Question = z.object({ question: z.string().trim().min(1).max(500) });

@Controller('api/runs')
@UseGuards(UserGuard)
export class ChatController {
  constructor(private readonly chat: ChatService) {}

  @Post()
  ask(@User() user: Principal, @Body() body: unknown): { executionId: string } {
    const { data } = Question.safeParse(body);
    if (!data) throw new BadRequestException('Ask a question of 1 to 500 characters.');
    return { executionId: this.chat.ask(user.id, data.question) };
  }
}
