// answer.spec.ts
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  CustomStrategy,
  StreamingModule,
  StreamingService,
} from '@hive-academy/langgraph-streaming';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { scriptedGraph, startTestApplication } from '@hive-academy/langgraph-streaming/testing';

/** In this test the token of a user is the name of the user. */
const strategy = new CustomStrategy(({ token }) =>
  token === undefined ? undefined : { id: token, scopes: [], claims: {} },
);
const streaming = StreamingModule.forRoot({
  gateway: { authentication: { strategies: [strategy] } },
});

it('shows the whole answer although the connection breaks', async () => {
  const module = await Test.createTestingModule({ imports: [streaming] }).compile();
  const nest = module.createNestApplication();
  const app = await startTestApplication(nest);
  const viewer = app.viewer({ auth: { token: 'ada' } });
  const seen = viewer.watch('run-1');

  const graph = await scriptedGraph({ says: 'Shall I?' }, { asks: 'approve' }, { says: ' Done.' });
  const source = langGraph(
    graph,
    { messages: [] },
    { config: { configurable: { thread_id: '1' } } },
  );
  const owner = { principalId: 'ada' };
  nest.get(StreamingService).run(source, { executionId: 'run-1', owner });

  await seen.until('interrupted');
  viewer.cut();
  await viewer.client.respond('run-1', true);
  await seen.until('completed');
  expect(seen.text).toBe('Shall I? Done.');
  expect(seen.sequences).toEqual(seen.sequences.map((_, index) => index + 1));
  await app.close();
});
