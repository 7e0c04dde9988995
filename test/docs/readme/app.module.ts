// app.module.ts
import { Controller, Headers, Module, Post, UnauthorizedException } from '@nestjs/common';
import { JwtStrategy, StreamingModule, StreamingService } from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { graph } from './graph.js';

export const ORIGIN = 'http://localhost:5173';

// Verifies the tokens of the page, for the gateway and for the route below.
const jwt = new JwtStrategy({ secret: process.env['JWT_SECRET'] ?? '' });

@Controller('runs')
export class RunsController {
  constructor(private readonly streaming: StreamingService) {}

  @Post()
  async start(@Headers('authorization') header = '') {
    const token = header.replace(/^Bearer /, '');
    const user = await jwt.authenticate({ token }).catch(() => undefined);
    if (!user) throw new UnauthorizedException();
    const source = langGraph(graph, { messages: [{ role: 'user', content: 'Hi' }] });
    const { executionId } = this.streaming.run(source, { owner: { principalId: user.id } });
    return { executionId };
  }
}

@Module({
  imports: [
    StreamingModule.forRoot({
      gateway: { authentication: { strategies: [jwt] }, cors: { origin: ORIGIN } },
    }),
  ],
  controllers: [RunsController],
})
export class AppModule {}
