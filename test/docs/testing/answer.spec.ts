// answer.spec.ts
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { StreamingModule, StreamingService } from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { scriptedGraph, startTestApplication } from '@hive-academy/langgraph-streaming/testing';

it('shows the whole answer although the connection breaks', async () => {
  // In your project: `imports: [AppModule]`.
  const imports = [StreamingModule.forRoot({ gateway: {} })];
  const nest = (await Test.createTestingModule({ imports }).compile()).createNestApplication();
  const app = await startTestApplication(nest);
  const viewer = app.viewer();
  const seen = viewer.watch('run-1');

  const graph = await scriptedGraph({ says: 'Shall I?' }, { asks: 'approve' }, { says: ' Done.' });
  const source = langGraph(
    graph,
    { messages: [] },
    { config: { configurable: { thread_id: '1' } } },
  );
  nest.get(StreamingService).run(source, { executionId: 'run-1' });

  await seen.until('interrupted');
  viewer.cut();
  await viewer.client.respond('run-1', true);
  await seen.until('completed');
  expect(seen.text).toBe('Shall I? Done.');
  expect(seen.sequences).toEqual(seen.sequences.map((_, index) => index + 1));
  await app.close();
});
