// runs.controller.ts
import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import {
  CurrentPrincipal,
  ownerOf,
  StreamingAuthGuard,
  StreamingService,
  type Principal,
} from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { graph } from './graph.js';

@Controller('runs')
@UseGuards(StreamingAuthGuard)
export class RunsController {
  constructor(private readonly streaming: StreamingService) {}

  @Post()
  start(@CurrentPrincipal() principal: Principal, @Body() { text }: { text: string }) {
    const source = langGraph(graph, { messages: [{ role: 'user', content: text }] });
    const { executionId } = this.streaming.run(source, { owner: ownerOf(principal) });
    return { executionId };
  }
}
