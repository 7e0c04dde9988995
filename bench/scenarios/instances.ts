import { spawnSync } from 'node:child_process';
import type { Workload } from '../workload.js';
import { MeasuredInstances, type InstancesMeasurement } from './measured-instances.js';
import { stormAt, STORM_OPTIONS } from './reconnect-storm.js';
import { figureOf, type Effort, type Goal, type ResultRow, type Scenario } from './result.js';

/** 10,000 tokens a second, each to one viewer at another instance than the one that streams it. */
const WORKLOAD: Workload = { runs: 200, viewersPerRun: 1, tokensPerRun: 250, tokensPerSecond: 50 };

const STREAMS = 'Socket.IO, Redis streams adapter';
const ADAPTERS = ['Socket.IO, Redis adapter', 'Socket.IO, sharded Redis adapter', STREAMS] as const;

const FLUSH_INTERVAL_MS = 50;

/** The library with that interval. By default it joins tokens only as long as the load demands. */
const JOINED = 'library that joins for 50 ms';

/** What several instances cost that share a Redis. */
export const INSTANCES: readonly Scenario[] = [
  scenarioOf('instances: one, in memory and with Redis', async (effort, row) => {
    const cycles = await cyclesOf(effort, {
      memory: () => MeasuredInstances.start('library', 1, { isShared: false }),
      redis: () => MeasuredInstances.start('library', 1),
    });
    return [
      row('CPU per token, in memory: process', cycles, ({ memory }) => own(memory), 'µs'),
      row('CPU per token, with Redis: process', cycles, ({ redis }) => own(redis), 'µs'),
      row('CPU per token, with Redis: Redis', cycles, ({ redis }) => redis.redisUs, 'µs'),
      row('what producing a token takes besides', cycles, (cycle) => cycle.redis.producingUs, 'µs'),
      row('with Redis, against in memory', cycles, (c) => whole(c.redis) / own(c.memory), '×'),
    ];
  }),
  against(2),
  against(4),
  scenarioOf('instances: latency, 2, flush interval 50 ms', async (effort, row) => {
    const cycles = await cyclesOf(effort, {
      shared: () => MeasuredInstances.start('library', 2, { flushIntervalMs: FLUSH_INTERVAL_MS }),
    });
    const over = ({ shared }: { shared: InstancesMeasurement }): number =>
      shared.p99Ms - FLUSH_INTERVAL_MS;
    return [
      row('tokens p50', cycles, ({ shared }) => shared.p50Ms, 'ms'),
      row('tokens p99', cycles, ({ shared }) => shared.p99Ms, 'ms'),
      row('tokens p99, more than the flush interval', cycles, over, 'ms', { atMost: 15 }),
    ];
  }),
  stormAt('instances: 1,000 viewers come back at the other one at once', async () => {
    const instances = await MeasuredInstances.start('library', 2, STORM_OPTIONS);
    const [producer, gateway] = instances.places.map(({ server }) => server);
    if (!producer || !gateway) throw new Error('There are two.');
    return { producer, gateway, stop: () => instances.stop() };
  }),
  scenarioOf('instances: one without viewers', async ({ cycles, scale }, row) => {
    const workload = { ...WORKLOAD, tokensPerRun: Math.max(50, WORKLOAD.tokensPerRun * scale) };
    const variants = ['library', ...ADAPTERS] as const;
    const measured: Record<string, number>[] = [];
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const spent: Record<string, number> = {};
      for (const variant of variants)
        spent[variant] = await during(
          () => MeasuredInstances.start(variant, 3),
          (instances) => instances.measureBystander(workload),
        );
      measured.push(spent);
    }
    return variants.map((variant) => {
      const goal = variant === 'library' ? { atMost: 5 } : undefined;
      return row(`CPU a second, ${variant}`, measured, (cycle) => cycle[variant] ?? 0, 'ms', goal);
    });
  }),
].map((scenario) => ({ ...scenario, isLong: true, skip: withoutRedis }));

function withoutRedis(): string | undefined {
  const { error } = spawnSync('redis-server', ['--version']);
  return error && 'redis-server is not installed';
}

/** The library against adapters of Socket.IO, with so many instances. */
function against(count: number): Scenario {
  const name = `instances: ${count}, against adapters that keep no history for each room`;
  return scenarioOf(name, async (effort, row) => {
    const starts: Record<string, () => Promise<MeasuredInstances>> = {
      library: () => MeasuredInstances.start('library', count),
      [JOINED]: () =>
        MeasuredInstances.start('library', count, { flushIntervalMs: FLUSH_INTERVAL_MS }),
    };
    for (const adapter of ADAPTERS) starts[adapter] = () => MeasuredInstances.start(adapter, count);
    const cycles = await cyclesOf(effort, starts);
    const ratios = ['library', JOINED].flatMap((library) =>
      ADAPTERS.flatMap((adapter) => {
        const ratio = (of: (measured: InstancesMeasurement) => number) => (cycle: Cycle) =>
          of(measuredIn(cycle, adapter)) / of(measuredIn(cycle, library));
        const [costGoal, redisGoal] = adapter === STREAMS ? [{ atLeast: 3 }, { atLeast: 1.5 }] : [];
        const metric = `tokens per CPU second, ${library}, against ${adapter}`;
        return [
          row(metric, cycles, ratio(whole), '×', costGoal),
          row('the same, with what producing the tokens costs', cycles, ratio(all), '×'),
          row('the same, of Redis alone', cycles, ratio(ofRedis), '×', redisGoal),
        ];
      }),
    );
    const figures = Object.keys(starts).flatMap((variant) => {
      const figure = (of: (measured: InstancesMeasurement) => number) => (cycle: Cycle) =>
        of(measuredIn(cycle, variant));
      return [
        row(`CPU per token, ${variant}: instances`, cycles, figure(own), 'µs'),
        row(`CPU per token, ${variant}: Redis`, cycles, figure(ofRedis), 'µs'),
        row(
          `tokens p99, ${variant}`,
          cycles,
          figure(({ p99Ms }) => p99Ms),
          'ms',
        ),
      ];
    });
    return [...ratios, ...figures];
  });
}

type Cycle = Record<string, InstancesMeasurement>;

function measuredIn(cycle: Cycle, variant: string): InstancesMeasurement {
  const measured = cycle[variant];
  if (!measured) throw new Error(`${variant} was not measured.`);
  return measured;
}

/** CPU time of the instances without what producing the tokens takes, in µs for each token. */
const own = ({ instancesUs, producingUs }: InstancesMeasurement): number =>
  instancesUs - producingUs;

const ofRedis = ({ redisUs }: InstancesMeasurement): number => redisUs;

const whole = (measured: InstancesMeasurement): number => own(measured) + ofRedis(measured);

const all = ({ instancesUs, redisUs }: InstancesMeasurement): number => instancesUs + redisUs;

type Row = <T>(
  metric: string,
  cycles: readonly T[],
  of: (cycle: T) => number,
  unit: string,
  goal?: Goal,
) => ResultRow;

function scenarioOf(
  name: string,
  run: (effort: Effort, row: Row) => Promise<ResultRow[]>,
): Scenario {
  const row: Row = (metric, cycles, of, unit, goal) => ({
    scenario: name,
    metric,
    figure: figureOf(cycles.map(of)),
    unit,
    ...(goal && { goal }),
  });
  return { name, run: (effort) => run(effort, row) };
}

/**
 * Measures everything once in each cycle. Each is started anew: an adapter keeps its Redis and its instances
 * busy also while nothing is streamed.
 */
async function cyclesOf<K extends string>(
  { cycles, isWarm, scale }: Effort,
  starts: Readonly<Record<K, () => Promise<MeasuredInstances>>>,
): Promise<Record<K, InstancesMeasurement>[]> {
  const tokensPerRun = Math.max(50, Math.round(WORKLOAD.tokensPerRun * scale));
  const workload = { ...WORKLOAD, tokensPerRun };
  const measured: Record<K, InstancesMeasurement>[] = [];
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const entries: [string, InstancesMeasurement][] = [];
    for (const [name, start] of Object.entries<() => Promise<MeasuredInstances>>(starts)) {
      const one = await during(start, async (instances) => {
        if (isWarm) await instances.measure(workload);
        return instances.measure(workload);
      });
      entries.push([name, one]);
    }
    measured.push(Object.fromEntries(entries) as Record<K, InstancesMeasurement>);
  }
  return measured;
}

async function during<T>(
  start: () => Promise<MeasuredInstances>,
  work: (instances: MeasuredInstances) => Promise<T>,
): Promise<T> {
  const instances = await start();
  try {
    return await work(instances);
  } finally {
    await instances.stop();
  }
}
