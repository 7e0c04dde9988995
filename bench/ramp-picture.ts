import type { Ramp } from './scenarios/ramp.js';

const WIDTH = 720;
const HEIGHT = 360;
const MARGIN = { left: 60, right: 20, top: 40, bottom: 50 };
const COLOURS = ['#1f6feb', '#d1242f', '#6e7781', '#9a6700', '#8250df'];

/** Latencies are drawn up to this, in milliseconds, which is more than twice what passes. */
const MAX_MS = 1_000;
const MIN_MS = 0.5;
const BOUND_MS = 400;

/** The 99th percentile of latency by the number of runs, of several servers, as SVG. */
export function rampPicture(title: string, ramps: ReadonlyMap<string, Ramp>): string {
  const maxRuns = Math.max(
    ...[...ramps.values()].flatMap(({ levels }) => levels.map(({ runs }) => runs)),
  );
  const x = (runs: number): number =>
    round(MARGIN.left + (runs / maxRuns) * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (ms: number): number => {
    const share = Math.log(clamp(ms) / MIN_MS) / Math.log(MAX_MS / MIN_MS);
    return round(HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom));
  };
  const lines = [...ramps].map(([name, { levels }], index) => {
    const colour = COLOURS[index % COLOURS.length] ?? 'black';
    const points = levels.map(({ runs, p99Ms }) => `${x(runs)},${y(p99Ms)}`).join(' ');
    const label = text(MARGIN.left + 10 + index * 200, MARGIN.top - 8, name, `fill="${colour}"`);
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>${label}`;
  });
  const ticks = [1, 10, 100, BOUND_MS, MAX_MS].map(
    (ms) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="#d0d7de"${ms === BOUND_MS ? ' stroke-dasharray="4"' : ''}/>` +
      text(MARGIN.left - 6, y(ms) + 4, `${ms} ms`, 'text-anchor="end"'),
  );
  const runs = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    text(
      x(share * maxRuns),
      HEIGHT - MARGIN.bottom + 18,
      `${Math.round(share * maxRuns)}`,
      'text-anchor="middle"',
    ),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(MARGIN.left, 18, `${title}: p99 of latency by the number of runs`, 'font-size="14"'),
    ...ticks,
    ...runs,
    text(WIDTH / 2, HEIGHT - 12, 'runs on one core', 'text-anchor="middle"'),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
}

const clamp = (ms: number): number => Math.min(MAX_MS, Math.max(MIN_MS, ms));
const round = (value: number): number => Math.round(value * 10) / 10;
