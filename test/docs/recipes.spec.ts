import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { draftUpdate, STREAM_LOG, type StreamLog } from '@hive-academy/langgraph-streaming/log';
import { StreamingService, WebSocketBridgeService } from '@hive-academy/langgraph-streaming';
import {
  createStreamingClient,
  type StreamingClient,
  type StreamUpdate,
  type Subscription,
} from '@hive-academy/langgraph-streaming/client';
import { Module } from '@nestjs/common';
import { Deferred } from '../support/deferred.js';
import { snippetFolder } from '../support/run-snippets.js';
import { snippetsOf } from '../support/snippets.js';
import { onTestEnd, startAppOf, type StreamingApp } from '../support/streaming-app.js';
import { AnnouncementsModule, AnnouncementsService } from './recipes/announcements.module.js';
import { answerQuestions } from './recipes/answer-questions.js';
import { collect } from './recipes/collect.js';
import { followFromCursor } from './recipes/follow-from-cursor.js';
import { followOverReloads } from './recipes/follow-over-reloads.js';
import { plainText } from './recipes/plain-socket.js';
import { readRoom } from './recipes/read-room.js';
import { LiveModule } from './recipes/live.module.js';
import { ReportService } from './recipes/report.service.js';
import { RunsController } from './recipes/runs.controller.js';
import { startAndFollow } from './recipes/start-and-follow.js';
import { stop } from './recipes/stop-button.js';
import { SupportDeskService } from './recipes/support-desk.service.js';

/** An application with every recipe in it. */
@Module({
  imports: [AnnouncementsModule, LiveModule],
  controllers: [RunsController],
  providers: [ReportService, SupportDeskService],
})
class RecipesModule {}

const OWN_UPDATES = 'application-updates.ts';
const ADA = 'token-of-ada';
const BOB = 'token-of-bob';
const ADA_OF_ACME = 'token-of-ada-of-acme';
const OWNER = { principalId: 'ada' };

let running: StreamingApp;

beforeEach(async () => {
  running = await startAppOf({ imports: [RecipesModule] });
});

function connect(token = ADA): StreamingClient {
  const client = createStreamingClient({ url: running.url, auth: { token } });
  onTestEnd(() => client.close());
  return client;
}

async function startRun(text: string): Promise<string> {
  const response = await fetch(`${running.url}/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADA}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  const { executionId } = (await response.json()) as { executionId: string };
  return executionId;
}

/** A run that says one word, and the other when it is told to. */
function halvedRun(): { executionId: string; done: Promise<unknown>; goOn: () => void } {
  const halfway = new Deferred();
  const { executionId, done } = running.streaming.run(
    async ({ token }) => {
      token('one ');
      await halfway.promise;
      token('two');
    },
    { owner: OWNER, flushIntervalMs: 0 },
  );
  return { executionId, done, goOn: () => halfway.resolve() };
}

const sequencesOf = (updates: readonly StreamUpdate[]): (number | undefined)[] =>
  updates.map(({ metadata }) => metadata?.sequenceNumber);

describe('docs/recipes.md', () => {
  it('shows the code that is tested here', () => {
    const files = readdirSync('test/docs/recipes').filter((name) => name !== 'users.ts');
    const snippets = snippetsOf('docs/recipes.md');
    // It declares types for a whole project, so it is run from the page.
    snippets.delete(OWN_UPDATES);
    expect([...snippets.keys()].sort()).toEqual(files.sort());
    for (const [name, code] of snippets) {
      expect(code).toBe(readFileSync(`test/docs/recipes/${name}`, 'utf8'));
    }
  });
});

describe('the recipe for questions', () => {
  it('starts a run over HTTP and answers what it asks', async () => {
    const asked: unknown[] = [];
    const ask = async (question: unknown): Promise<boolean> => {
      asked.push(question);
      return true;
    };
    const [client, executionId] = [connect(), await startRun('Hello')];
    const end = await answerQuestions(client, executionId, ask);
    expect(end).toEqual({ state: 'completed' });
    expect(asked).toEqual([{ question: 'Send "Hello"?' }]);
    const run = client.execution(executionId, { eventTypes: ['updates'] });
    const written: unknown[] = [];
    run.on('update', ({ type, data }) => type === 'updates' && written.push(data));
    expect(await run.finalText()).toBe('');
    const message = expect.objectContaining({ content: 'Sent.' });
    expect(written).toEqual([{ review: { messages: [message] } }]);
  });

  it('bears that another viewer was first', async () => {
    const executionId = await startRun('Hello');
    const others = new Deferred<unknown>();
    const asked = new Deferred();
    const late = answerQuestions(connect(), executionId, () => {
      asked.resolve();
      return others.promise;
    });
    await asked.promise;
    await answerQuestions(connect(), executionId, async () => true);
    others.resolve(true);
    expect(await late).toEqual({ state: 'completed' });
  });
});

describe('the recipe for a run that does not exist yet', () => {
  it('follows it from its start', async () => {
    const text = await startAndFollow(connect(), async (executionId) => {
      running.streaming.run(['Nothing ', 'is lost.'], { executionId, owner: OWNER });
    });
    expect(text).toBe('Nothing is lost.');
  });
});

describe('the recipe for server-sent events', () => {
  interface SentEvent {
    readonly id: string;
    /** Of the event, or of the update in it. */
    readonly type: string;
  }

  /** Reads the events of a run until the server ends the stream, or until `isLast`. */
  async function read(
    executionId: string,
    headers: object,
    isLast: (event: SentEvent) => boolean = () => false,
  ) {
    const abort = new AbortController();
    // The server would wait for this connection, which fetch keeps for a while.
    onTestEnd(() => running.app.getHttpServer().closeAllConnections());
    const response = await fetch(`${running.url}/streaming/executions/${executionId}`, {
      headers: { authorization: `Bearer ${ADA}`, ...headers },
      signal: abort.signal,
    });
    const events: SentEvent[] = [];
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      events.push(...blocks.filter((block) => block.includes('data: ')).map(eventOf));
      if (events.some(isLast)) break;
    }
    abort.abort();
    return events;
  }

  function eventOf(block: string): SentEvent {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const { type } = JSON.parse(field('data') ?? '') as StreamUpdate;
    return { id: field('id') ?? '', type: field('event') ?? type };
  }

  const logOf = (): StreamLog => running.app.get<StreamLog>(STREAM_LOG);
  const channelOf = (id: string) => ({ kind: 'execution', id }) as const;

  async function epochOf(id: string): Promise<string | undefined> {
    return (await logOf().describe(channelOf(id)))?.epoch;
  }

  const isToken = ({ type }: SentEvent): boolean => type === 'token';

  it('follows a run, and goes on after the last event that the page had', async () => {
    const { executionId, goOn } = halvedRun();
    const before = await read(executionId, {}, isToken);
    const epoch = await epochOf(executionId);
    expect(before).toEqual([
      { id: `${epoch}:0`, type: 'subscription_confirmed' },
      { id: `${epoch}:1`, type: 'workflow:start' },
      { id: `${epoch}:2`, type: 'token' },
    ]);
    goOn();
    expect(await read(executionId, { 'last-event-id': `${epoch}:2` })).toEqual([
      { id: `${epoch}:2`, type: 'subscription_confirmed' },
      { id: `${epoch}:3`, type: 'token' },
      { id: `${epoch}:4`, type: 'workflow:end' },
    ]);
  });

  it('begins anew, and says so, when the run was made anew under its id', async () => {
    const { executionId, goOn, done } = halvedRun();
    const before = await read(executionId, {}, isToken);
    goOn();
    await done;
    const channel = channelOf(executionId);
    await logOf().delete(channel);
    const { epoch } = await logOf().open(channel, { owner: OWNER });
    const again = ['one', 'two', 'three'].map((content) =>
      draftUpdate({ type: 'token', data: { content } }),
    );
    await logOf().append(channel, again);
    await logOf().end(channel);
    expect(await read(executionId, { 'last-event-id': before.at(-1)?.id })).toEqual([
      { id: `${epoch}:0`, type: 'subscription_confirmed' },
      { id: `${epoch}:0`, type: 'stream_reset' },
      // Tokens that are read from the log come joined.
      { id: `${epoch}:3`, type: 'token' },
    ]);
  });

  it('takes an id that is none for none', async () => {
    const { executionId, goOn } = halvedRun();
    goOn();
    const events = await read(executionId, { 'last-event-id': '2' });
    expect(events.map(({ type }) => type)).toEqual([
      'subscription_confirmed',
      'workflow:start',
      'token',
      'workflow:end',
    ]);
  });

  it.each([
    ['another user', BOB],
    ['somebody of another tenant with the same id', ADA_OF_ACME],
  ])('shows nothing to %s', async (_, authorization) => {
    const { executionId, goOn } = halvedRun();
    const response = await fetch(`${running.url}/streaming/executions/${executionId}`, {
      headers: { authorization: `Bearer ${authorization}` },
    });
    expect(response.status).toBe(404);
    goOn();
  });
});

describe('the recipes for reloads', () => {
  const storage = new Map<string, string>();

  beforeEach(() => {
    storage.clear();
    Object.assign(globalThis, {
      sessionStorage: {
        getItem: (key: string) => storage.get(key) ?? null,
        setItem: (key: string, value: string) => void storage.set(key, value),
      },
    });
  });

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'sessionStorage');
  });

  it('goes on with the text that was there', async () => {
    const { executionId, goOn } = halvedRun();
    const before = connect();
    const run = followOverReloads(before, executionId);
    const heard = new Deferred();
    run.on('update', ({ type }) => type === 'token' && heard.resolve());
    await heard.promise;
    before.close();
    goOn();

    const updates: StreamUpdate[] = [];
    const again = followOverReloads(connect(), executionId);
    again.on('update', (update) => updates.push(update));
    expect(await again.finalText()).toBe('one two');
    expect(sequencesOf(updates)).toEqual([3, 4]);
  });

  it('goes on after the cursor, for a page that keeps what it shows', async () => {
    const { executionId, goOn } = halvedRun();
    const shown: StreamUpdate[] = [];
    const before = connect();
    const heard = new Deferred();
    const first = followFromCursor(before, executionId, (update) => {
      shown.push(update);
      if (update.type === 'token') heard.resolve();
    });
    await heard.promise;
    before.close();
    await first;
    goOn();
    await followFromCursor(connect(), executionId, (update) => shown.push(update));
    expect(sequencesOf(shown)).toEqual([1, 2, 3, 4]);
  });
});

describe('the recipe for stopping', () => {
  it('stops the work and tells every viewer', async () => {
    const { executionId, done } = running.app.get(ReportService).write('ada');
    const reader = connect();
    const run = reader.execution(executionId);
    const begun = new Deferred();
    run.on('update', ({ type }) => type === 'progress' && begun.resolve());
    await begun.promise;
    await stop(connect(), executionId);
    const end = { state: 'cancelled', reason: 'Stopped by the reader' };
    expect(await run.done).toEqual(end);
    expect(await done).toEqual(end);
    expect(run.text).toBe('Summary\n');
  });
});

describe('the recipe for own types of updates', () => {
  it('shows the steps of a run', async () => {
    const { load } = await snippetFolder('docs/recipes.md');
    const { showSteps } = await load<{
      showSteps(run: Subscription, show: (step: string) => void): void;
    }>(OWN_UPDATES);
    const { executionId } = running.streaming.run(
      ({ emit, token }) => {
        emit('custom', { step: 'search' });
        token('Found.');
        emit('custom', { step: 'write' });
      },
      { owner: OWNER },
    );
    const steps: string[] = [];
    const run = connect().execution(executionId);
    showSteps(run, (step) => steps.push(step));
    expect(await run.finalText()).toBe('Found.');
    expect(steps).toEqual(['search', 'write']);
  });
});

describe('the recipe for rooms', () => {
  it('tells everybody in the lobby, and each user what is for them', async () => {
    const service = running.app.get(AnnouncementsService);
    await service.announce('Lunch');
    await service.notify('ada', 'Your report is ready');
    const heard = (token: string, room: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        readRoom(connect(token), room, resolve, 'start').catch(reject);
      });
    expect(await heard(ADA, 'lobby')).toEqual({ text: 'Lunch' });
    expect(await heard(BOB, 'lobby')).toEqual({ text: 'Lunch' });
    expect(await heard(ADA, 'user:ada')).toEqual({ text: 'Your report is ready' });
    await expect(heard(BOB, 'user:ada')).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  });
});

describe('the recipe for connected clients', () => {
  it('puts every connection of a user into a room, and tells them', async () => {
    const bridge = running.app.get(WebSocketBridgeService);
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    };
    for (const token of [ADA, BOB]) connect(token);
    await until(() => bridge.getClientCount() === 2);
    expect(await running.app.get(SupportDeskService).invite('ada', 'desk')).toBe(1);
    await until(() => bridge.getAllRoomsInfo().length > 0);
    const [{ roomId, clients } = { roomId: '', clients: [] }] = bridge.getAllRoomsInfo();
    const [member = ''] = clients;
    expect([roomId, clients.length, bridge.getClientInfo(member)?.principal?.id]).toEqual([
      'desk',
      1,
      'ada',
    ]);
  });
});

describe('the recipes without the client', () => {
  it('reads a run with nothing but Socket.IO', async () => {
    const { executionId, goOn } = halvedRun();
    const text = plainText(running.url, ADA, executionId);
    goOn();
    expect(await text).toBe('one two');
    await expect(plainText(running.url, BOB, executionId)).rejects.toThrow('EXECUTION_NOT_FOUND');
  });

  it('reads a run in the process', async () => {
    const { executionId, goOn } = halvedRun();
    goOn();
    const updates = await collect(running.app.get(StreamingService), executionId);
    expect(updates.map(({ type }) => type)).toEqual([
      'workflow:start',
      'token',
      'token',
      'workflow:end',
    ]);
  });
});
