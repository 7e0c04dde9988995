import { rampPicture } from '../ramp-picture.js';
import type { VariantName } from '../variants/index.js';
import { ramp, type Level, type Ramp } from './ramp.js';
import { figureOf, type Goal, type ResultRow, type Scenario } from './result.js';

const NEST = 'Nest gateway, rooms';

/** The shares of each one's own capacity at which latencies are told. */
const SHARES = [0.1, 0.5, 0.9];

/** How often the last step of a ramp is halved: the capacity is exact to a sixth then. */
const HALVINGS = 2;

/** A stall that those who watch notice, at the share of the capacity at which it is looked for. */
const STALL: Goal = { atMost: 200 };
const STALL_AT = 0.9;

/** With how many runs each ramp begins. */
const FROM: Readonly<Partial<Record<VariantName, number>>> = { library: 500, [NEST]: 120 };
const FROM_OTHERS = 120;

/** How many runs there are if only the way is tried, and not the capacity measured. */
const FEW = 40;

/** Against what the library is measured, if the caller asks for no others. */
const BASELINES: readonly VariantName[] = [NEST];

const GOALS: ReadonlyMap<number, Goal> = new Map([
  [1, { atLeast: 5 }],
  [3, { atLeast: 6 }],
]);

/** How many users one core carries whose answers come at 50 tokens a second, and how soon each sees a word. */
export const capacity: Scenario = {
  name: 'capacity, runs × 50 tok/s',
  run: async ({ isWarm, scale, baselines = BASELINES, picture }) => {
    const precision = isWarm
      ? { shares: SHARES, halvings: HALVINGS, most: Number.POSITIVE_INFINITY }
      : { shares: [], halvings: 0, most: FEW };
    const rows: ResultRow[] = [];
    for (const viewersPerRun of [1, 3]) {
      const scenario = `capacity, runs × 50 tok/s, ${viewersPerRun} viewers each`.replace(
        '1 viewers',
        '1 viewer',
      );
      const ramps = new Map<VariantName, Ramp>();
      for (const variant of ['library', ...baselines] as const) {
        const first = Math.ceil((FROM[variant] ?? FROM_OTHERS) / Math.sqrt(viewersPerRun));
        const from = Math.min(first, precision.most);
        ramps.set(variant, await ramp({ variant, viewersPerRun, from, scale, ...precision }));
      }
      rows.push(...rowsOf(scenario, viewersPerRun, ramps));
      picture?.(`capacity-${viewersPerRun}`, rampPicture(scenario, ramps));
    }
    return rows;
  },
};

function rowsOf(
  scenario: string,
  viewersPerRun: number,
  ramps: ReadonlyMap<VariantName, Ramp>,
): ResultRow[] {
  const row = (metric: string, value: number, unit: string, goal?: Goal): ResultRow => ({
    scenario,
    metric,
    figure: figureOf([value]),
    unit,
    ...(goal && { goal }),
  });
  const library = ramps.get('library');
  const rows: ResultRow[] = [];
  for (const [variant, own] of ramps) {
    const users = own.capacity.runs * viewersPerRun;
    rows.push(row(`users per core, ${variant}`, users, ''));
    if (library && own !== library) {
      const goal = variant === NEST ? GOALS.get(viewersPerRun) : undefined;
      const ratio = library.capacity.runs / own.capacity.runs;
      rows.push(row(`users per core, against ${variant}`, ratio, '×', goal));
    }
    for (const [share, level] of own.at) {
      const at = `at ${share * 100} % of it, ${variant}`;
      const isBound = share === STALL_AT && variant === 'library';
      rows.push(
        row(`p50 ${at}`, level.p50Ms, 'ms'),
        row(`p99 ${at}`, level.p99Ms, 'ms'),
        row(`longest turn ${at}`, level.longestTurnMs, 'ms', isBound ? STALL : undefined),
        row(`taken by the host meanwhile, ${at}`, level.stolenMs, 'ms'),
      );
    }
    rows.push(
      row(
        `share of the core that producing takes at capacity, ${variant}`,
        own.producing * 100,
        '%',
      ),
      row(`how busy the viewers were at most, ${variant}`, busiest(own.levels) * 100, '%'),
    );
  }
  return rows;
}

const busiest = (levels: readonly Level[]): number =>
  Math.max(...levels.map(({ viewersBusy }) => viewersBusy));
