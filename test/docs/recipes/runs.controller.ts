// runs.controller.ts
import { Body, Controller, Post, Req } from '@nestjs/common';
import { StreamingService } from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { graph } from './graph.js';

@Controller('runs')
export class RunsController {
  constructor(private readonly streaming: StreamingService) {}

  @Post()
  start(@Req() { user }: { user: { id: string } }, @Body() { text }: { text: string }) {
    const source = langGraph(graph, { messages: [{ role: 'user', content: text }] });
    const { executionId } = this.streaming.run(source, { owner: { principalId: user.id } });
    return { executionId };
  }
}
