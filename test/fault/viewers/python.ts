import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { deferred } from '../../../src/common/deferred.js';
import type { Report, Viewer } from './collected.js';

/** Debian's own interpreter, for which Debian has the packages. */
export const PYTHON = '/usr/bin/python3';

/** Whether a viewer in Python can run here. In CI it must. */
export function hasPython(): boolean {
  const { status } = spawnSync(PYTHON, ['-c', 'import socketio, requests, websocket']);
  if (status !== 0 && process.env['CI'])
    throw new Error('Install python3-socketio, python3-requests and python3-websocket.');
  return status === 0;
}

/** A viewer in Python, written from docs/protocol.md alone. */
export function pythonViewer(
  name: string,
  url: string,
  transport: string,
  room: string,
  executions: readonly string[],
): Viewer & { close(): void } {
  const process = spawn(PYTHON, [
    '-B',
    'test/fault/viewers/viewer.py',
    url,
    transport,
    room,
    ...executions,
  ]);
  const ready = deferred<undefined>();
  const report = deferred<Report>();
  let complaints = '';
  process.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  createInterface({ input: process.stdout }).on('line', (line) => {
    if (line === 'ready') return ready.resolve(undefined);
    const { failures, channels } = JSON.parse(line) as { failures: string[]; channels: Report };
    if (failures.length > 0) report.reject(new Error(`${name}: ${failures.join('; ')}`));
    else report.resolve(channels);
  });
  process.on('close', () => {
    const ended = new Error(`${name} ended by itself: ${complaints}`);
    ready.reject(ended);
    report.reject(ended);
  });
  report.promise.catch(() => undefined);
  ready.promise.catch(() => undefined);
  return { name, ready: ready.promise, report: report.promise, close: () => process.kill() };
}
