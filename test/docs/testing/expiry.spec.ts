// expiry.spec.ts
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { StreamingModule, StreamingService } from '@hive-academy/langgraph-streaming';
import { controlClock, startTestApplication } from '@hive-academy/langgraph-streaming/testing';

it('keeps a run for one minute after its end', async () => {
  // Before the application starts, so that its timers follow this clock.
  const clock = await controlClock();
  const imports = [StreamingModule.forRoot({ gateway: {}, log: { retentionMs: 60_000 } })];
  const nest = (await Test.createTestingModule({ imports }).compile()).createNestApplication();
  const app = await startTestApplication(nest);
  await nest.get(StreamingService).run(['Hello'], { executionId: 'run-1' }).done;
  await app.viewer().watch('run-1').until('completed');

  await clock.advance(61_000);
  const late = app.viewer().watch('run-1', { waitForMs: 0 });
  await expect(late.until('completed')).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  await app.close();
  clock.restore();
});
