import type { VariantName } from '../variants/index.js';

/** The median of several runs, and how far they were apart. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One line of the report. */
export interface ResultRow {
  readonly scenario: string;
  readonly metric: string;
  readonly figure: Figure;
  readonly unit: string;
  readonly goal?: Goal;
}

/** What a figure should be: its median, or with `each` every value that it was made of. */
export type Goal = ({ readonly atLeast: number } | { readonly atMost: number }) & {
  readonly each?: boolean;
};

/** How much is measured. */
export interface Effort {
  /** How often each variant is measured. */
  readonly cycles: number;
  /** Whether each variant is measured before, uncounted, until its code is compiled. */
  readonly isWarm: boolean;
  /** Multiplies the length of a measurement. */
  readonly scale: number;
  /** Against which servers capacity is measured. @default the hand-written gateway */
  readonly baselines?: readonly VariantName[];
  /** Takes a picture, as SVG, that a scenario makes. */
  readonly picture?: (name: string, svg: string) => void;
}

export interface Scenario {
  readonly name: string;
  /** It runs only if it is asked for by name. */
  readonly isLong?: boolean;
  /** @returns why it cannot run here, if it cannot */
  skip?(): string | undefined;
  run(effort: Effort): Promise<ResultRow[]>;
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const median =
    sorted.length % 2 === 1
      ? (sorted[Math.floor(middle)] ?? Number.NaN)
      : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

export function isReached({ figure, goal }: ResultRow): boolean | undefined {
  if (!goal) return undefined;
  if ('atLeast' in goal) return (goal.each ? figure.min : figure.median) >= goal.atLeast;
  return (goal.each ? figure.max : figure.median) <= goal.atMost;
}
