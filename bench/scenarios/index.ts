import { capacity } from './capacity.js';
import { comparison, measurementOf } from './comparison.js';
import { guardCost } from './guard-cost.js';
import { idleMemory } from './idle-memory.js';
import { reconnectStorm } from './reconnect-storm.js';
import type { Scenario } from './result.js';
import { stalledViewer } from './stalled-viewer.js';

/** The default flush interval of the library, in milliseconds. */
const FLUSH_INTERVAL_MS = 50;

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
    workload: { runs: 200, viewersPerRun: 1, tokensPerRun: 400, tokensPerSecond: 200 },
    warmUps: 2,
    against: [{ variant: NEST, goal: { atLeast: 3 } }, { variant: 'Socket.IO rooms' }],
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
    name: '200 runs × 50 tok/s, 1 viewer each',
    workload: { runs: 200, viewersPerRun: 1, tokensPerRun: 150, tokensPerSecond: 50 },
    warmUps: 2,
    against: [{ variant: NEST, goal: { atLeast: 1.8 } }],
  }),
  comparison({
    name: 'no joining, 1 run × 100 tok/s, 500 viewers',
    workload: { runs: 1, viewersPerRun: 500, tokensPerRun: 200, tokensPerSecond: 100 },
    library: { flushIntervalMs: 0 },
    against: [{ variant: 'raw ws', goal: { atLeast: 0.95 } }, { variant: NEST }],
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
    name: 'latency, 100 runs × 50 tok/s, 1 viewer each',
    workload: { runs: 100, viewersPerRun: 1, tokensPerRun: 150, tokensPerSecond: 50 },
    against: [{ variant: NEST }],
    also: (cycle) => {
      const library = measurementOf(cycle, 'library');
      const nest = measurementOf(cycle, NEST);
      return [
        {
          metric: 'first token p99, more than Nest gateway, rooms',
          value: library.firstToken[1] - nest.firstToken[1],
          unit: 'ms',
          goal: { atMost: 2 },
        },
        {
          metric: 'other tokens p99',
          value: library.otherTokens[1],
          unit: 'ms',
          goal: { atMost: FLUSH_INTERVAL_MS + 5 },
        },
        { metric: 'other tokens p50', value: library.otherTokens[0], unit: 'ms' },
        { metric: 'tokens p99, Nest gateway, rooms', value: nest.otherTokens[1], unit: 'ms' },
      ];
    },
  }),
  idleMemory,
  stalledViewer,
  reconnectStorm,
  guardCost,
];
