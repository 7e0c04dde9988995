import { randomUUID } from 'node:crypto';
import { BadRequestException, Body, Controller, Post, UseGuards } from '@nestjs/common';
import { StreamingService, type Principal } from '@hive-academy/langgraph-streaming';
import { z } from 'zod';
import { User, UserGuard } from '../auth/user.guard.js';
import { JobQueue } from '../job-queue.js';

const Question = z.object({ question: z.string().trim().min(1).max(500) });

@Controller('api/runs')
@UseGuards(UserGuard)
export class JobsController {
  constructor(
    private readonly streaming: StreamingService,
    private readonly queue: JobQueue,
  ) {}

  /** The run is reserved first: it can be followed, and cancelled, before a worker begins. */
  @Post()
  async ask(@User() { id }: Principal, @Body() body: unknown): Promise<{ executionId: string }> {
    const { data } = Question.safeParse(body);
    if (!data) throw new BadRequestException('Ask a question of 1 to 500 characters.');
    const executionId = randomUUID();
    await this.streaming.reserve(executionId, { owner: { principalId: id } });
    await this.queue.add({ executionId, userId: id, question: data.question });
    return { executionId };
  }
}
