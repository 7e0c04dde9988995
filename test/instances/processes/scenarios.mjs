import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { answering, blocked, freeze, rooms } from './stalls.mjs';
import { threads } from './threads.mjs';
import { textOf } from './viewer.mjs';
import { ended, LOST, next, owner, until } from './waiting.mjs';

/** Numbers that are the same for the same seed. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Every control, from every instance, of runs and clients of others. */
async function controls(application) {
  const { instances, gateways, workers } = application;
  const [worker] = workers;
  let asked = 0;
  for (const [index, instance] of instances.entries()) {
    const executionId = `controlled-${index}`;
    await worker.ask('ask', { executionId, owner });
    const viewers = gateways.map((gateway) => application.watch(executionId, gateway));
    await until(() => viewers.every(({ types }) => types.includes('interrupt')), 'the question');
    const status = await instance.ask('status', { executionId });
    assert.equal(status.state, 'interrupted');
    assert.deepEqual(status.interrupts, [{ id: 'q', value: 'Go on?' }]);
    await instance.ask('respond', { executionId, value: index });
    for (const viewer of viewers) {
      await ended(viewer);
      viewer.check(`before answer ${index}`);
      assert.equal(viewer.types.at(-1), 'workflow:end');
    }
    await assert.rejects(instance.ask('respond', { executionId, value: 0 }), {
      code: 'EXECUTION_NOT_ACTIVE',
    });
    const endless = `endless-${index}`;
    await worker.ask('start', { executionId: endless, count: 1e6, everyMs: 10, owner });
    const watching = gateways.map((gateway) => application.watch(endless, gateway));
    await until(() => watching.every(({ types }) => types.length > 1), 'tokens');
    await instance.ask('cancel', { executionId: endless });
    for (const viewer of watching) {
      await ended(viewer);
      viewer.check(textOf(endless, 10_000));
      assert.deepEqual(viewer.last, { state: 'cancelled', reason: 'enough' });
    }
    await clients(application, instance, `client-${index}`);
    asked += 8;
  }
  return `${asked} requests from ${instances.length} instances`;
}

/** What one instance asks of clients at the gateways. */
async function clients({ gateways, workers }, instance, id) {
  const ticket = await instance.ask('ticket', { id });
  const sockets = [
    io(`http://127.0.0.1:${gateways[0].port}/streaming`, { auth: { token: id } }),
    io(`http://127.0.0.1:${gateways[1].port}/streaming`, { auth: { ticket } }),
  ];
  for (const socket of sockets) socket.io.reconnection(false);
  await Promise.all(sockets.map((socket) => next(socket, 'connection_status')));
  for (const socket of sockets) {
    const sent = next(socket, 'stream_update');
    assert.equal(await instance.ask('send', { clientId: socket.id, data: id }), true);
    const { data } = await sent;
    assert.equal(data.update.data, id);
  }
  const executionId = `acknowledged-${id}`;
  await workers[1].ask('start', {
    executionId,
    count: 1e6,
    everyMs: 50,
    owner: { principalId: id },
  });
  for (const socket of sockets) {
    socket.on('acknowledgment_request', (_request, acknowledge) => acknowledge());
    await socket.emitWithAck('subscribe_execution', { executionId });
  }
  const answers = await instance.ask('acknowledge', { executionId, timeoutMs: 5_000 });
  assert.deepEqual(
    new Set(answers.acknowledged.map(({ clientId }) => clientId)),
    new Set(sockets.map((socket) => socket.id)),
  );
  await instance.ask('cancel', { executionId });
  const gone = sockets.map((socket) => next(socket, 'disconnect'));
  assert.equal(await instance.ask('revoke', { id, refuseForMs: 60_000 }), 2);
  await Promise.all(gone);
}

/** Two workers start the same id at once, a thousand times. */
async function starts({ workers }) {
  const count = 1_000;
  let refused = 0;
  for (let from = 0; from < count; from += 50) {
    const ids = Array.from({ length: 50 }, (_, index) => `job-${from + index}`);
    await Promise.all(
      ids.map(async (executionId) => {
        const outcomes = await Promise.allSettled(
          workers.map((worker) => worker.ask('start', { executionId, count: 1, everyMs: 0 })),
        );
        const rejected = outcomes.filter(({ status }) => status === 'rejected');
        assert.deepEqual(
          rejected.map(({ reason }) => reason.code),
          ['EXECUTION_EXISTS'],
        );
        refused += 1;
      }),
    );
  }
  const works = await Promise.all(workers.map((worker) => worker.ask('works')));
  assert.equal(works[0] + works[1], count);
  return `${count} runs, ${refused} refusals`;
}

/** A worker is killed: its runs are lost, their ids are free, and what waits for an answer goes on. */
async function death(application) {
  const { workers, gateways } = application;
  const [dying, living] = workers;
  await dying.ask('start', { executionId: 'lost', count: 1e6, everyMs: 10, owner });
  await dying.ask('ask', { executionId: 'parked', owner });
  const lost = gateways.map((gateway) => application.watch('lost', gateway));
  const parked = gateways.map((gateway) => application.watch('parked', gateway));
  await until(() => lost.every(({ types }) => types.length > 3), 'tokens');
  await until(() => parked.every(({ types }) => types.includes('interrupt')), 'the question');
  await dying.kill();
  const killedAt = Date.now();
  for (const viewer of lost) {
    await ended(viewer);
    viewer.check(textOf('lost', 10_000));
    assert.equal(viewer.types.filter((type) => type === 'workflow:error').length, 1);
    assert.equal(viewer.last.error.code, LOST);
  }
  const toldAfterMs = Math.max(...lost.map(({ endedAt }) => endedAt)) - killedAt;
  await living.ask('start', { executionId: 'lost', count: 3, everyMs: 0, owner });
  const answers = await Promise.allSettled(
    [...gateways, living].map((instance, value) => respond(instance, 'parked', value)),
  );
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
  const value = answers.findIndex(({ status }) => status === 'fulfilled');
  for (const viewer of parked) {
    await ended(viewer);
    viewer.check(`before answer ${value}`);
    assert.equal(viewer.types.at(-1), 'workflow:end');
  }
  return `viewers were told after ${toldAfterMs} ms; of 3 answers 1 went on with what waited`;
}

/** Asks again while the instance that it concerns may still be alive. */
async function respond(instance, executionId, value) {
  for (;;) {
    try {
      return await instance.ask('respond', { executionId, value });
    } catch (error) {
      if (error.code !== 'INSTANCE_UNREACHABLE') throw error;
    }
  }
}

/** Producers, gateways and Redis are killed at random moments, while viewers watch. */
async function kills(application, { kills: count, seed }) {
  const { redis, workers, gateways } = application;
  const next = random(seed);
  const victims = { worker: 0, gateway: 0, redis: 0 };
  let lost = 0;
  let longestMs = 0;
  for (let round = 0; round < count; round += 1) {
    const words = 60;
    const ids = workers.map((_, index) => `round-${round}-${index}`);
    await Promise.all(
      workers.map((worker, index) =>
        worker.ask('start', { executionId: ids[index], count: words, everyMs: 10, owner }),
      ),
    );
    const viewers = ids.flatMap((id) => [application.watch(id), application.watch(id)]);
    await sleep(next() * 900);
    const kind = Object.keys(victims)[Math.floor(next() * 3)];
    victims[kind] += 1;
    const index = Math.floor(next() * 2);
    const victim = { worker: workers[index], gateway: gateways[index], redis }[kind];
    const killedAt = Date.now();
    await victim.kill();
    const back = victim.run();
    await Promise.all(viewers.map(ended));
    await back;
    for (const viewer of viewers) {
      viewer.check(textOf(viewer.executionId, words));
      const isLost = viewer.last.error?.code === LOST;
      assert.equal(viewer.types.at(-1), isLost ? 'workflow:error' : 'workflow:end');
      if (isLost) {
        assert.ok(kind === 'worker' && viewer.executionId === ids[index], `lost by a ${kind}`);
        longestMs = Math.max(longestMs, viewer.endedAt - killedAt);
        lost += 1;
      }
      viewer.close();
    }
  }
  const killed = Object.entries(victims).map(([kind, times]) => `${times} × ${kind}`);
  return `${killed.join(', ')}; ${lost} streams were lost, told after ${longestMs} ms at most`;
}

/** Gateways and workers are restarted one after the other while runs stream. */
async function rolling(application) {
  const { gateways, workers } = application;
  const words = 300;
  const ids = [0, 1, 2, 3].map((index) => `rolling-${index}`);
  const start = (id, worker) =>
    worker.ask('start', { executionId: id, count: words, everyMs: 10, owner });
  await Promise.all(ids.map((id) => start(id, workers[1])));
  const viewers = ids.flatMap((id) => [application.watch(id), application.watch(id)]);
  await until(() => viewers.every(({ types }) => types.length > 1), 'tokens');
  for (const instance of [...gateways, workers[0]]) {
    await instance.kill('SIGTERM');
    await instance.run();
  }
  await start('drained', workers[0]);
  viewers.push(application.watch('drained'));
  await workers[0].kill('SIGTERM');
  await Promise.all(viewers.map(ended));
  for (const viewer of viewers) {
    viewer.check(textOf(viewer.executionId, words));
    assert.equal(viewer.types.at(-1), 'workflow:end');
  }
  return `4 restarts, ${viewers.length} viewers that missed nothing`;
}

/** Instances whose clocks are 30 s apart understand each other. */
async function clocks(application) {
  const fast = await application.add({ clockSkewMs: 30_000 });
  const slow = await application.add({ clockSkewMs: -30_000 });
  for (const [index, instance] of [fast, slow].entries()) {
    const executionId = `clock-${index}`;
    await instance.ask('start', { executionId, count: 50, everyMs: 5, owner });
    const viewer = application.watch(executionId);
    await ended(viewer);
    viewer.check(textOf(executionId, 50));
    assert.equal(viewer.types.at(-1), 'workflow:end');
  }
  await slow.ask('reserve', { executionId: 'reserved', owner, ttlMs: 60_000 });
  await fast.ask('start', { executionId: 'reserved', count: 1e6, everyMs: 10, onExists: 'adopt' });
  const viewer = application.watch('reserved');
  await until(() => viewer.types.length > 1, 'tokens');
  await fast.kill();
  await ended(viewer);
  assert.equal(viewer.last.error.code, LOST);
  return 'clocks 60 s apart at most';
}

/** Jobs of a BullMQ queue stream under the ids that the API gave out, also when an attempt fails. */
async function queue(application) {
  const { Queue } = await import('bullmq');
  const { gateways, workers, redis } = application;
  const jobs = new Queue('answers', { connection: { host: '127.0.0.1', port: redis.port } });
  try {
    const ids = ['whole', 'retried', 'cancelled'];
    for (const executionId of ids) await gateways[0].ask('reserve', { executionId, owner });
    const viewers = ids.map((id) => application.watch(id));
    await until(() => viewers.every(({ isSubscribed }) => isSubscribed), 'viewers');
    await gateways[1].ask('cancel', { executionId: 'cancelled' });
    for (const worker of workers) await worker.ask('queue', { name: 'answers' });
    const attempts = { attempts: 2, backoff: 200 };
    await jobs.add('answer', { count: 20 }, { jobId: 'whole', ...attempts });
    await jobs.add('answer', { count: 20, failsAt: 5 }, { jobId: 'retried', ...attempts });
    await ended(viewers[0]);
    viewers[0].check(textOf('whole', 20));
    assert.equal(viewers[0].types.at(-1), 'workflow:end');
    await until(async () => {
      const status = await gateways[1].ask('status', { executionId: 'retried' });
      return status?.state === 'completed';
    }, 'the second attempt');
    const again = application.watch('retried');
    await ended(again);
    again.check(textOf('retried', 20));
    await ended(viewers[2]);
    assert.deepEqual(viewers[2].types, ['workflow:cancel']);
    return 'a whole job, one that was retried, one that was cancelled before it began';
  } finally {
    await jobs.close();
  }
}

export const SCENARIOS = {
  controls,
  starts,
  death,
  threads,
  freeze,
  blocked,
  answering,
  rooms,
  kills,
  rolling,
  clocks,
  queue,
};
