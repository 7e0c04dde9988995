// What scenarios have in common.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export const owner = { principalId: 'ada' };
/** Viewers learn within 5 s what became of a run. Ten times as long on a busy machine. */
const TOLD_WITHIN_MS = 50_000;

export const LOST = 'PRODUCER_LOST';

export async function until(condition, what, withinMs = TOLD_WITHIN_MS) {
  const givesUpAt = Date.now() + withinMs;
  while (!(await condition())) {
    assert.ok(Date.now() < givesUpAt, `It did not happen in time: ${what}`);
    await sleep(20);
  }
}

export const next = (socket, event) => new Promise((resolve) => socket.once(event, resolve));

export const ended = (viewer) =>
  until(() => viewer.endedAt !== undefined, `${viewer.executionId} ends`);
