// app.module.ts
import { Controller, Module, Post, UseGuards } from '@nestjs/common';
import {
  CurrentPrincipal,
  JwtStrategy,
  ownerOf,
  StreamingAuthGuard,
  StreamingModule,
  StreamingService,
  type Principal,
} from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { graph } from './graph.js';

export const ORIGIN = 'http://localhost:5173';

@Controller('runs')
@UseGuards(StreamingAuthGuard)
export class RunsController {
  constructor(private readonly streaming: StreamingService) {}

  @Post()
  start(@CurrentPrincipal() principal: Principal) {
    const source = langGraph(graph, { messages: [{ role: 'user', content: 'Hi' }] });
    const { executionId } = this.streaming.run(source, { owner: ownerOf(principal) });
    return { executionId };
  }
}

// Verifies the tokens of the page, for the gateway and for the route.
const jwt = new JwtStrategy({ secret: process.env['JWT_SECRET'] ?? '' });

@Module({
  imports: [
    StreamingModule.forRoot({
      gateway: { authentication: { strategies: [jwt] }, cors: { origin: ORIGIN } },
    }),
  ],
  controllers: [RunsController],
})
export class AppModule {}
