// question.spec.ts
import { StreamingModule, StreamingService } from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import * as testing from '@hive-academy/langgraph-streaming/testing';
import { it } from '@jest/globals'; // with Vitest: from 'vitest'
import { Test } from '@nestjs/testing';

it('cancels a run whose question nobody answers for an hour', async () => {
  const clock = await testing.controlClock(); // needs `npm i -D @sinonjs/fake-timers`
  const imports = [StreamingModule.forRoot({ gateway: {} })]; // in your project: [AppModule]
  const module = await Test.createTestingModule({ imports }).compile();
  const app = await testing.startTestApplication(module.createNestApplication()); // a free port
  const graph = await testing.scriptedGraph({ says: 'I can refund it.' }, { asks: 'approve' });
  const source = langGraph(graph, {}, { config: { configurable: { thread_id: '1' } } });
  module.get(StreamingService).run(source, { executionId: 'refund' });
  const seen = app.viewer().watch('refund');
  await seen.until('interrupted');
  await clock.advance(3_600_000);
  await seen.until('cancelled');
  await app.close();
  clock.restore();
});
