// Instances that stand still for a while, and what becomes of what they stream.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStreamingClient } from '../../../dist/esm/client/index.js';
import { textOf } from './viewer.mjs';
import { ended, LOST, owner, until } from './waiting.mjs';

/** A worker is frozen and wakes up: nothing that it writes is accepted, and it stops its sources. */
export async function freeze(application, { freezeMs }) {
  const { workers, gateways } = application;
  const [frozen] = workers;
  await frozen.ask('start', { executionId: 'frozen', count: 1e6, everyMs: 10, owner });
  const viewers = gateways.map((gateway) => application.watch('frozen', gateway));
  await until(() => viewers.every(({ types }) => types.length > 3), 'tokens');
  frozen.freeze();
  const frozenAt = Date.now();
  await Promise.all(viewers.map(ended));
  const toldAfterMs = Date.now() - frozenAt;
  await sleep(Math.max(0, freezeMs - toldAfterMs));
  frozen.wake();
  await until(async () => (await frozen.ask('working')).length === 0, 'the source stops');
  const late = application.watch('frozen');
  await ended(late);
  for (const viewer of [...viewers, late]) {
    viewer.check(textOf('frozen', 10_000));
    assert.equal(viewer.last.error.code, LOST);
    assert.equal(viewer.text, late.text);
  }
  return `frozen for ${freezeMs} ms; viewers were told after ${toldAfterMs} ms`;
}

/** Event loops are blocked for longer than a lease: that of a worker, whose run is lost, and of a gateway. */
export async function blocked(application) {
  const { workers, gateways } = application;
  const [stuck, healthy] = workers;
  const endless = { count: 1e6, everyMs: 10, owner };
  await stuck.ask('start', { executionId: 'stuck', ...endless });
  await healthy.ask('start', { executionId: 'healthy', ...endless });
  const lost = gateways.map((gateway) => application.watch('stuck', gateway));
  const safe = gateways.map((gateway) => application.watch('healthy', gateway));
  await until(() => [...lost, ...safe].every(({ types }) => types.length > 3), 'tokens');
  await Promise.all([stuck, gateways[0]].map((instance) => instance.ask('block', { ms: 5_000 })));
  await Promise.all(lost.map(ended));
  await until(async () => (await stuck.ask('working')).length === 0, 'the source stops');
  const late = application.watch('stuck');
  await ended(late);
  for (const viewer of [...lost, late]) {
    viewer.check(textOf('stuck', 10_000));
    assert.equal(viewer.types.filter((type) => type === 'workflow:error').length, 1);
    assert.equal(viewer.last.error.code, LOST);
    assert.equal(viewer.text, late.text);
  }
  await gateways[0].ask('cancel', { executionId: 'healthy' });
  for (const viewer of safe) {
    await ended(viewer);
    viewer.check(textOf('healthy', 10_000));
    assert.equal(viewer.last.state, 'cancelled');
  }
  return 'the run of the worker was lost, once; the viewers of the gateway missed nothing';
}

/** A worker is frozen while it takes an answer. The answer, or another one, counts once, or the run is lost. */
export async function answering(application, { kills }) {
  const { workers, gateways } = application;
  const [frozen] = workers;
  const [one, other] = gateways;
  const outcomes = {};
  const rounds = Math.ceil(kills / 10);
  for (let round = 0; round < rounds; round += 1) {
    const executionId = `answered-${round}`;
    await frozen.ask('ask', { executionId, owner });
    const viewers = gateways.map((gateway) => application.watch(executionId, gateway));
    await until(() => viewers.every(({ types }) => types.includes('interrupt')), 'the question');
    const first = codeOf(one.ask('respond', { executionId, value: 'one' }));
    await sleep(round);
    frozen.freeze();
    // Somebody answers again at the other gateway, until the answer counts or comes too late.
    let second;
    do second = await codeOf(other.ask('respond', { executionId, value: 'other' }));
    while (second === 'INSTANCE_UNREACHABLE');
    await Promise.all(viewers.map(ended));
    frozen.wake();
    await until(async () => (await frozen.ask('works')) >= 0, 'the worker is awake');
    const late = application.watch(executionId);
    await ended(late);
    const answers = [await first, second];
    for (const viewer of [...viewers, late]) {
      assert.equal(viewer.text, late.text);
      assert.ok(viewer.types.filter((type) => type === 'workflow:resume').length <= 1);
      const isLost = viewer.types.at(-1) === 'workflow:error';
      if (isLost) assert.equal(viewer.last.error.code, LOST);
      else assert.match(viewer.text, /^before answer (one|other)$/);
      viewer.check(viewer.text);
    }
    assert.ok(answers.filter((answer) => answer === 'ok').length <= 1, answers.join());
    const outcome = `${answers.join('+')}: ${late.types.at(-1)}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const told = Object.entries(outcomes).map(([outcome, times]) => `${times} × ${outcome}`);
  return told.join(', ');
}

const codeOf = (answer) =>
  answer.then(
    () => 'ok',
    ({ code }) => code,
  );

/** Two workers publish to one room at once, and one of them is frozen and wakes up. */
export async function rooms({ workers, gateways }, { freezeMs }) {
  const roomId = 'shared';
  const clients = gateways.map(({ port }) =>
    createStreamingClient({ url: `http://127.0.0.1:${port}`, auth: { token: 'ada' } }),
  );
  try {
    let joined = 0;
    const heard = clients.map((client) => {
      const updates = [];
      const room = client.room(roomId);
      room.on('update', (update) => updates.push(update));
      room.on('subscribed', () => (joined += 1));
      return updates;
    });
    await until(() => joined === clients.length, 'viewers in the room');
    const publishing = workers.map((worker, index) =>
      worker.ask('publish', { roomId, name: `worker-${index}`, count: 300, everyMs: 10 }),
    );
    await until(() => heard.every((updates) => updates.length > 50), 'updates of the room');
    workers[0].freeze();
    await sleep(freezeMs);
    workers[0].wake();
    const accepted = (await Promise.all(publishing)).flat();
    const textsOf = (updates) => updates.map(({ data }) => data.text);
    const isThere = (updates) => accepted.every((text) => textsOf(updates).includes(text));
    await until(() => heard.every(isThere), 'all that was accepted');
    for (const updates of heard) {
      assert.deepEqual(
        updates.map(({ metadata }) => metadata.sequenceNumber),
        updates.map((_, index) => index + 1),
      );
      const texts = textsOf(updates);
      assert.equal(new Set(texts).size, texts.length, 'nothing is doubled');
      for (const index of workers.keys()) {
        const own = texts.filter((text) => text.startsWith(`worker-${index}:`));
        assert.deepEqual(own, own.toSorted(byNumber), 'each writer keeps its order');
      }
    }
    return `${accepted.length} updates of two writers, one of them frozen for ${freezeMs} ms`;
  } finally {
    for (const client of clients) client.close();
  }
}

const numberOf = (text) => Number(text.split(':')[1]);
const byNumber = (one, other) => numberOf(one) - numberOf(other);
