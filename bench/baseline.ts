import { readFileSync } from 'node:fs';
import type { ResultRow } from './scenarios/result.js';

/** What a run with `--json` wrote. */
interface Baseline {
  readonly rows: readonly ResultRow[];
}

/** How figures were in another run, by scenario and metric. */
export function readBaseline(file: string): (row: ResultRow) => ResultRow | undefined {
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as Baseline;
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  return (row) => known.get(keyOf(row));
}

const keyOf = ({ scenario, metric }: ResultRow): string => `${scenario}: ${metric}`;
