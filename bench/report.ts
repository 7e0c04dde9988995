import { isReached, type Goal, type ResultRow } from './scenarios/result.js';

const HEADINGS = ['scenario', 'figure', 'median', 'spread', 'goal', ''];

/** The results as a Markdown table. */
export function tableOf(rows: readonly ResultRow[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf(row: ResultRow): string[] {
  const { scenario, metric, figure, unit, goal } = row;
  const reached = isReached(row);
  return [
    scenario,
    metric,
    `${rounded(figure.median)} ${unit}`,
    `${rounded(figure.min)} – ${rounded(figure.max)}`,
    goal ? goalText(goal) : '',
    reached === undefined ? '' : reached ? 'reached' : 'not reached',
  ];
}

function goalText(goal: Goal): string {
  return 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
}

function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
