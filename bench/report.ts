import { isReached, type Goal, type ResultRow } from './scenarios/result.js';

const HEADINGS = ['scenario', 'figure', 'median', 'spread', 'goal', ''];

/**
 * The results as a Markdown table.
 *
 * @param before - how a figure was in another run
 */
export function tableOf(
  rows: readonly ResultRow[],
  before?: (row: ResultRow) => ResultRow | undefined,
): string {
  const headings = before ? [...HEADINGS, 'before', 'change'] : HEADINGS;
  const cells = rows.map((row) => [...cellsOf(row), ...(before ? changeOf(row, before(row)) : [])]);
  const lines = [headings, headings.map(() => '---'), ...cells];
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

function changeOf({ figure }: ResultRow, before: ResultRow | undefined): string[] {
  if (!before) return ['', ''];
  const { median, min, max } = before.figure;
  const change = 100 * (figure.median / median - 1);
  const isApart = figure.min > max || figure.max < min;
  const shown = `${change > 0 ? '+' : ''}${change.toFixed(0)} %${isApart ? '' : ', within the spread'}`;
  return [`${rounded(median)} (${rounded(min)} – ${rounded(max)})`, shown];
}

function goalText(goal: Goal): string {
  const bound = 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
  return goal.each ? `${bound}, each` : bound;
}

function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
