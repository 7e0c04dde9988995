import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';
import { sequencesOf } from '../e2e/client/waiters.js';
import { inWorkspace, run } from './support/workspace.js';

interface Outcome {
  readonly printed: readonly string[];
  /** The sequence numbers that arrived, in updates of one token or of joined ones. */
  readonly sequences: readonly number[];
  readonly types: readonly string[];
  readonly text: string;
  readonly last: unknown;
  readonly statuses: readonly string[];
  readonly signal: NodeJS.Signals | null;
}

/** Starts the server, watches its execution from the start, and stops it after the third word. */
async function stopWhileRunning(app: string, words: number): Promise<Outcome> {
  const server = spawn(process.execPath, ['dist/serve.js'], {
    cwd: inWorkspace(app),
    env: { ...process.env, WORDS: String(words) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const lines = createInterface(server.stdout);
  const printed: string[] = [];
  lines.on('line', (line) => printed.push(line));
  await once(lines, 'line');
  const port = /listening on (\d+)/.exec(printed[0] ?? '')?.[1] ?? '';

  const client = io(`http://127.0.0.1:${port}/streaming`, { reconnection: false });
  const sequences: number[] = [];
  const types: string[] = [];
  const statuses: string[] = [];
  let text = '';
  let last: unknown;
  const disconnected = new Promise((resolve) => client.once('disconnect', resolve));
  client.on('connection_status', ({ status }) => statuses.push(status));
  client.on('stream_update', ({ data: { update } }) => {
    sequences.push(...sequencesOf(update));
    types.push(update.type);
    last = update.data;
    if (update.type !== 'token') return;
    text += update.data.content;
    if (text.includes('word2')) server.kill('SIGTERM');
  });
  client.emit('subscribe_execution', { executionId: 'answer' });
  const [[, signal]] = await Promise.all([exited, disconnected]);
  return { printed: printed.slice(1), sequences, types, text, last, statuses, signal };
}

/** Told when closing begins, and once more when the connection is closed. */
const DRAINED = ['connected', 'draining', 'draining'];

const wordsTo = (count: number): string =>
  Array.from({ length: count }, (_, index) => `word${index} `).join('');
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each(['nest11', 'nest12'])('SIGTERM in the %s application', (app) => {
  it('lets an execution end that needs a moment, and viewers see all of it', async () => {
    await run(join('node_modules', '.bin', 'tsc'), ['-p', '.'], inWorkspace(app));
    const { printed, sequences, types, text, last, statuses, signal } = await stopWhileRunning(
      app,
      12,
    );
    expect(text).toBe(wordsTo(12));
    expect(sequences).toEqual(upTo(sequences.length));
    expect(types.at(-1)).toBe('workflow:end');
    expect(last).toEqual({ state: 'completed' });
    expect(printed).toEqual(['saved the whole answer']);
    expect(statuses).toEqual(DRAINED);
    expect(signal).toBe('SIGTERM');
  });

  it('cancels one that does not end, says why, and waits until its source has cleaned up', async () => {
    const { printed, sequences, types, text, last, statuses, signal } = await stopWhileRunning(
      app,
      10_000,
    );
    expect(wordsTo(10_000).startsWith(text)).toBe(true);
    expect(sequences).toEqual(upTo(sequences.length));
    expect(types.at(-1)).toBe('workflow:cancel');
    expect(last).toEqual({ state: 'cancelled', reason: 'The server is stopping.' });
    expect(printed).toEqual(['saved a partial answer']);
    expect(statuses).toEqual(DRAINED);
    expect(signal).toBe('SIGTERM');
  });
});
