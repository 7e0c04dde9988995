import { expect, it } from '@jest/globals';
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { AnswerService } from './readme/answer.service.js';

it("streams the text of the README's decorated example once", async () => {
  const { app, streaming, url } = await startApp(
    { gateway: { authentication: false } },
    { providers: [AnswerService] },
  );
  const service = app.get(AnswerService);
  const { executionId } = streaming.run(() => service.answer('why?'), {
    owner: { principalId: 'ada' },
  });
  const client = createStreamingClient({ url });
  onTestEnd(() => client.close());
  expect(await client.execution(executionId).finalText()).toBe('You asked: why?');
});
