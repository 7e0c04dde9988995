import { readFileSync } from 'node:fs';
import type { ResultRow } from './scenarios/result.js';

/** What a run with `--json` wrote. */
interface WrittenRun {
  readonly rows: readonly ResultRow[];
}

/** The figures of a run that wrote JSON. What npm prints before the JSON is passed over. */
export function readRows(file: string): readonly ResultRow[] {
  const text = readFileSync(file, 'utf8');
  return (JSON.parse(text.slice(text.indexOf('{'))) as WrittenRun).rows;
}

/** How figures were in another run, by scenario and metric. */
export function readBaseline(file: string): (row: ResultRow) => ResultRow | undefined {
  const known = new Map(readRows(file).map((row) => [keyOf(row), row]));
  return (row) => known.get(keyOf(row));
}

const keyOf = ({ scenario, metric }: ResultRow): string => `${scenario}: ${metric}`;
