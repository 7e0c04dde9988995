import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createStreamingClient,
  type StreamingClient,
  type StreamUpdate,
} from '@hive-academy/langgraph-streaming/client';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { MODELS } from '../../examples/chat/src/agent/models.js';
import { offlineModels } from '../../examples/chat/src/agent/offline-model.js';
import { AppModule } from '../../examples/chat/src/app.module.js';
import { ApiUser } from '../../examples/chat/src/headless/api-user.js';
import { runHeadless } from '../../examples/chat/src/headless/run-headless.js';

const APPROVED = /Your seats are reserved\. .*Have a good trip! 👩‍👩‍👧$/;
const REJECTED = /I reserved nothing\. .*Have a good trip! 👩‍👩‍👧$/;

let app: NestExpressApplication;
let url: string;
const clients: StreamingClient[] = [];

beforeEach(async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(MODELS)
    .useValue(offlineModels(0))
    .compile();
  app = module.createNestApplication<NestExpressApplication>({ logger: false });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await app.close();
  jest.restoreAllMocks();
});

function clientOf(user: ApiUser): StreamingClient {
  const client = createStreamingClient({ url, auth: user.credential });
  clients.push(client);
  return client;
}

/** Asks as Ada and answers the question of the agent. */
async function trip(answer: unknown) {
  const ada = new ApiUser(url, 'ada');
  const client = clientOf(ada);
  const run = client.execution(await ada.ask('A weekend in Porto'));
  const updates: StreamUpdate[] = [];
  const questions: unknown[] = [];
  for await (const update of run) {
    updates.push(update);
    if (update.type !== 'interrupt') continue;
    questions.push(...run.interrupts.map(({ value }) => value));
    await client.respond(run.id, answer);
  }
  return { run, updates, questions };
}

const post = (path: string, body: object, headers = {}): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('the chat example', () => {
  it('streams nodes, a tool, progress, a subgraph and the question of the agent', async () => {
    const { run, updates, questions } = await trip(true);
    const told = updates.flatMap(({ type, data, metadata }) => {
      if (type === 'progress') return [`progress ${(data as { progress: number }).progress}`];
      const isStep = type.startsWith('workflow:') || type.startsWith('node:');
      return isStep || type === 'interrupt' ? [[type, metadata?.nodeId].join(' ').trim()] : [];
    });
    expect(told).toEqual([
      'workflow:start',
      'node:start assistant',
      'node:complete assistant',
      'node:start tools',
      'node:complete tools',
      'node:start research',
      'node:start gather',
      'progress 25',
      'progress 50',
      'progress 75',
      'progress 100',
      'node:complete gather',
      'node:start summarize',
      'node:complete summarize',
      'node:complete research',
      'node:start approve',
      'node:end approve',
      'interrupt',
      'workflow:resume',
      'node:start approve',
      'node:complete approve',
      'node:start answer',
      'node:complete answer',
      'workflow:end',
    ]);
    expect(questions).toEqual([
      { question: 'Shall I reserve two seats on IC 571 to Porto, Saturday 08:12, for 118 €?' },
    ]);
    const toolResults = updates.filter(
      ({ type, data }) => type === 'messages' && (data as { role: string }).role === 'tool',
    );
    expect(toolResults.map(({ data }) => (data as { content: string }).content)).toEqual([
      'two seats on IC 571 to Porto, Saturday 08:12, for 118 €',
    ]);
    expect([...run.nodeTexts.keys()]).toEqual(['assistant', 'summarize', 'answer']);
    expect(run.text).toMatch(APPROVED);
  });

  it('reserves nothing when the traveller says no', async () => {
    expect((await trip(false)).run.text).toMatch(REJECTED);
  });

  it('takes nothing but a plain yes for a yes', async () => {
    expect((await trip('yes')).run.text).toMatch(REJECTED);
  });

  it('keeps the runs of a user from the other', async () => {
    const executionId = await new ApiUser(url, 'ada').ask('A weekend in Porto');
    const bob = clientOf(new ApiUser(url, 'bob'));
    const refused = { code: 'EXECUTION_NOT_FOUND' };
    await expect(bob.execution(executionId).done).rejects.toMatchObject(refused);
    await expect(bob.cancel(executionId)).rejects.toMatchObject(refused);
    await expect(bob.respond(executionId, true)).rejects.toMatchObject(refused);
    await expect(bob.status(executionId)).rejects.toMatchObject(refused);
    await clientOf(new ApiUser(url, 'ada')).cancel(executionId);
  });

  it('lets nobody in without a token', async () => {
    const client = createStreamingClient({ url });
    clients.push(client);
    await expect(client.execution('any').done).rejects.toMatchObject({
      code: 'AUTHENTICATION_REQUIRED',
    });
    expect((await post('/api/runs', { question: 'A weekend in Porto' })).status).toBe(401);
    const forged = { authorization: 'Bearer a.b.c' };
    expect((await post('/api/runs', { question: 'Porto?' }, forged)).status).toBe(401);
    expect((await post('/api/tokens', { userId: 'eve' })).status).toBe(401);
  });

  it('asks for a question', async () => {
    const { token } = await new ApiUser(url, 'ada').credential();
    const headers = { authorization: `Bearer ${token}` };
    expect((await post('/api/runs', { question: '  ' }, headers)).status).toBe(400);
  });

  it('shows in the terminal that a cut network loses nothing', async () => {
    const printed: string[] = [];
    jest.spyOn(console, 'log').mockImplementation((line: unknown = '') => {
      printed.push(String(line));
    });
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await runHeadless(app)).toBe(0);
    expect(printed.filter((line) => /^[✓✗]/.test(line)).map((line) => line.slice(0, 1))).toEqual([
      '✓',
      '✓',
      '✓',
      '✓',
    ]);
  });
});
