import { capacity } from './capacity.js';
import { clientCost } from './client-cost.js';
import { connectionCost } from './connection-cost.js';
import { comparison, measurementOf, type Extra } from './comparison.js';
import { guardCost } from './guard-cost.js';
import { INSTANCES } from './instances.js';
import { idleMemory } from './idle-memory.js';
import { oneCore } from './one-core.js';
import { reconnectStorm } from './reconnect-storm.js';
import type { Scenario } from './result.js';
import { stalledViewer } from './stalled-viewer.js';

const NEST = 'Nest gateway, rooms';

export const SCENARIOS: readonly Scenario[] = [
  capacity,
  comparison({
    name: '1 run flat out, 500 viewers',
    workload: { runs: 1, viewersPerRun: 500, tokensPerRun: 100 },
    libraryTokensPerRun: 10_000,
    against: [
      { variant: NEST, goal: { atLeast: 15 } },
      { variant: 'raw ws', goal: { atLeast: 10 } },
      { variant: 'Socket.IO rooms' },
      { variant: 'Nest gateway, loop' },
      { variant: 'Nest @Sse' },
      { variant: 'Subject per client' },
    ],
  }),
  comparison({
    name: '200 runs × 200 tok/s, 1 viewer each',
    // Long enough that the interval has followed the load for most of it, as it has in an application.
    workload: { runs: 200, viewersPerRun: 1, tokensPerRun: 1_000, tokensPerSecond: 200 },
    warmUps: 2,
    against: [{ variant: NEST, goal: { atLeast: 4 } }, { variant: 'Socket.IO rooms' }],
    also: (cycle) => [
      {
        metric: 'bytes on the wire per token',
        value: measurementOf(cycle, 'library').bytesPerToken,
        unit: 'B',
        goal: { atMost: 45 },
      },
      {
        metric: 'the same, Socket.IO rooms',
        value: measurementOf(cycle, 'Socket.IO rooms').bytesPerToken,
        unit: 'B',
      },
    ],
  }),
  comparison({
    name: '200 runs × 200 tok/s, fixed 50 ms, 1 viewer each',
    workload: { runs: 200, viewersPerRun: 1, tokensPerRun: 1_000, tokensPerSecond: 200 },
    library: { flushIntervalMs: 50 },
    against: [{ variant: NEST, goal: { atLeast: 4 } }],
  }),
  comparison({
    name: '200 runs × 50 tok/s, fixed 50 ms, 1 viewer each',
    workload: { runs: 200, viewersPerRun: 1, tokensPerRun: 150, tokensPerSecond: 50 },
    warmUps: 2,
    library: { flushIntervalMs: 50 },
    against: [{ variant: NEST, goal: { atLeast: 2 } }],
  }),
  comparison({
    name: 'no joining, 1 run × 100 tok/s, 500 viewers',
    workload: { runs: 1, viewersPerRun: 500, tokensPerRun: 200, tokensPerSecond: 100 },
    library: { flushIntervalMs: 0 },
    against: [{ variant: 'raw ws', goal: { atLeast: 1 } }, { variant: NEST }],
    also: (cycle) => [
      {
        metric: 'frames per token',
        value: measurementOf(cycle, 'library').framesPerToken,
        unit: '',
        goal: { atLeast: 1 },
      },
    ],
  }),
  comparison({
    name: 'no joining, 200 runs × 50 tok/s, 1 viewer each',
    workload: { runs: 200, viewersPerRun: 1, tokensPerRun: 150, tokensPerSecond: 50 },
    library: { flushIntervalMs: 0 },
    against: [{ variant: 'raw ws', goal: { atLeast: 0.8 } }],
  }),
  latency(10, { p50: 1, p99: 5 }),
  latency(100, { p99: 15 }),
  oneCore,
  idleMemory,
  stalledViewer,
  reconnectStorm,
  connectionCost,
  guardCost,
  clientCost,
  ...INSTANCES,
];

/** How soon a token is seen, and how much later than with a hand-written gateway, in milliseconds. */
function latency(runs: number, more: { readonly p50?: number; readonly p99: number }): Scenario {
  return comparison({
    name: `latency, ${runs} runs × 50 tok/s, 1 viewer each`,
    workload: { runs, viewersPerRun: 1, tokensPerRun: 150, tokensPerSecond: 50 },
    against: [{ variant: NEST }],
    also: (cycle) => {
      const library = measurementOf(cycle, 'library');
      const nest = measurementOf(cycle, NEST);
      const row = (metric: string, value: number, atMost?: number): Extra => ({
        metric,
        value,
        unit: 'ms',
        ...(atMost !== undefined && { goal: { atMost } }),
      });
      const [p50, p99] = library.otherTokens;
      return [
        row(`first token p99, more than ${NEST}`, library.firstToken[1] - nest.firstToken[1], 2),
        row(`other tokens p50, more than ${NEST}`, p50 - nest.otherTokens[0], more.p50),
        row(`other tokens p99, more than ${NEST}`, p99 - nest.otherTokens[1], more.p99),
        row('other tokens p50', p50),
        row('other tokens p99', p99),
        row(`tokens p99, ${NEST}`, nest.otherTokens[1]),
      ];
    },
  });
}
