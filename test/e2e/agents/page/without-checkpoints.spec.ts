import { describe, it } from '@jest/globals';
import { StreamingAgent, type Agent, type StreamingModuleOptions } from '../../../../src/index.js';
import { USERS } from '../../../support/agents.js';
import { hasRuns, openPage, says, shows } from '../../../support/pages.js';
import { startApp } from '../../../support/streaming-app.js';

const agent = { agent: 'echo' };

async function echoApp(publishInput: boolean, options: StreamingModuleOptions = USERS) {
  @StreamingAgent('echo', { publishInput })
  class EchoAgent implements Agent<{ messages: { content: string }[] }> {
    async *source({ messages }: { messages: { content: string }[] }) {
      yield `echo ${messages.at(-1)?.content ?? ''}`;
    }
  }
  return startApp(options, { providers: [EchoAgent] });
}

const ask = (content: string) => ({ messages: [{ id: content, role: 'user', content }] });

describe.each([
  ['publishes its inputs', true, ['user: one', 'assistant: echo one']],
  ['does not publish its inputs', false, ['assistant: echo one']],
])('the conversation with an agent that keeps nothing and %s', (_, isPublished, first) => {
  it('is what the logs of its runs have, for every page', async () => {
    const app = await echoApp(isPublished);
    const [one, two, three] = await Promise.all([openPage(app), openPage(app), openPage(app)]);
    const [mine, theirs] = [one, two].map(({ client }) => client.thread('thread-1', agent));
    if (!mine || !theirs) throw new Error('There are two pages.');
    await Promise.all([mine.follow(), theirs.follow()]);
    await mine.start(ask('one'));
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns('completed'));
      await shows(thread, says(...first));
    }
    await theirs.start(ask('two'));
    const late = three.client.thread('thread-1', agent);
    const whole = [...first, ...first.map((line) => line.replace('one', 'two'))];
    for (const thread of [mine, theirs, late]) {
      await shows(thread, hasRuns('completed', 'completed'));
      await shows(thread, says(...whole));
    }
  });
});

describe('the conversation of many runs with such an agent', () => {
  it('is read a few runs at a time by whoever comes late', async () => {
    const few = { gateway: { ...USERS.gateway, maxSubscriptionsPerClient: 10 } };
    const app = await echoApp(false, few);
    const [one, two] = await Promise.all([openPage(app), openPage(app)]);
    const mine = one.client.thread('thread-1', agent);
    const names = Array.from({ length: 25 }, (_, index) => `n${index}`);
    for (const name of names) await mine.start(ask(name));
    await shows(mine, ({ runs }) => runs.every(({ state }) => state === 'completed'));
    const late = two.client.thread('thread-1', agent);
    await shows(late, says(...names.map((name) => `assistant: echo ${name}`)));
  });
});
