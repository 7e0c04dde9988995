// Threads whose runs are on a worker that is killed.
import assert from 'node:assert/strict';
import { createStreamingClient } from '../../../dist/esm/client/index.js';
import { LOST, until } from './waiting.mjs';

const agent = { agent: 'chat' };

/** A page that follows a thread, and counts what the log of the thread tells. */
class Page {
  ends = [];

  static async open({ port }, threadId) {
    const page = new Page();
    page.client = createStreamingClient({
      url: `http://127.0.0.1:${port}`,
      auth: { token: 'ada' },
      transports: ['websocket'],
      reconnection: { minDelayMs: 50, maxDelayMs: 500 },
    });
    page.client.onEvent('stream_update', ({ data: { update } }) => {
      if (update.metadata.threadId === threadId && update.type === 'run:end')
        page.ends.push(`${update.data.executionId} ${update.data.state}`);
    });
    page.thread = page.client.thread(threadId, agent);
    await page.thread.follow();
    return page;
  }

  get states() {
    return this.thread.runs.map(({ state }) => state).join();
  }

  /** Answers the question of the thread. @returns whether the answer was taken */
  async answer(value) {
    for (;;) {
      try {
        await this.thread.respond(value);
        return true;
      } catch (error) {
        if (error.code === 'EXECUTION_NOT_INTERRUPTED' || error.code === 'EXECUTION_NOT_ACTIVE')
          return false;
        // The dead instance still counts as alive.
        if (error.code !== 'INSTANCE_UNREACHABLE') throw error;
      }
    }
  }
}

const both = ({ gateways }, threadId) =>
  Promise.all(gateways.map((gateway) => Page.open(gateway, threadId)));

const says = (pages) => pages.map(({ thread }) => thread.messages.map(({ content }) => content));

/** A worker is killed in the middle of a run: its thread is told so once, and goes on elsewhere. */
export async function threads(application) {
  const { workers } = application;
  const [dying, living] = workers;
  const run = (worker, threadId, input) => worker.ask('run', { threadId, input });
  const pages = await both(application, 'thread');
  const asked = await both(application, 'asked');
  try {
    const lost = await run(dying, 'thread', { name: 'lost', count: 1e6, everyMs: 10 });
    await until(() => says(pages).every(([text = '']) => text.includes('lost:3 ')), 'tokens');
    const next = await run(living, 'thread', { name: 'next', count: 3, everyMs: 0 });
    assert.equal(next.queued, true);
    const question = await run(dying, 'asked', { question: 'Go on?' });
    await until(() => pages.every(({ states }) => states === 'running,queued'), 'the queue');
    await until(
      () => asked.every(({ thread }) => thread.interrupts.length === 1),
      'the question of the thread',
    );

    await dying.kill();
    const killedAt = Date.now();
    await until(() => pages.every(({ states }) => states === 'failed,completed'), 'the next run');
    const toldAfterMs = Date.now() - killedAt;
    const ends = [`${lost.executionId} failed`, `${next.executionId} completed`];
    for (const { ends: told, thread } of pages) {
      assert.deepEqual(told, ends);
      assert.equal(thread.runs[0].error?.code, LOST);
    }
    const { executionId } = await pages[1].thread.start({ name: 'more', count: 2, everyMs: 0 });
    await until(() => pages.every(({ ends: told }) => told.length === 3), 'one more run');
    for (const { ends: told } of pages)
      assert.deepEqual(told, [...ends, `${executionId} completed`]);

    const answers = await Promise.all(asked.map((page, index) => page.answer(index)));
    assert.equal(answers.filter(Boolean).length, 1);
    await until(() => asked.every(({ states }) => states === 'completed'), 'the answer');
    const text = `before answer ${answers.indexOf(true)}`;
    await until(() => says(asked).every((said) => said.join('') === text), text);
    for (const { ends: told } of asked)
      assert.deepEqual(told, [`${question.executionId} completed`]);
    return `told and gone on after ${toldAfterMs} ms; of 2 answers 1 was taken`;
  } finally {
    for (const { client } of [...pages, ...asked]) client.close();
  }
}
