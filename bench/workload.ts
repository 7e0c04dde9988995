/** What is streamed in one measurement. */
export interface Workload {
  readonly runs: number;
  readonly viewersPerRun: number;
  readonly tokensPerRun: number;
  /** In characters. @default as long as a token of a model is */
  readonly tokenLength?: number;
  /** Tokens per second of each run; absent: as fast as the server can. */
  readonly tokensPerSecond?: number;
}

/** About the length of a token of a model, in characters. */
export const TOKEN_LENGTH = 5;

const TEXTS = new Map<number, string[]>();

/** The text of a token tells its place, so that it is never the same. */
export function tokenText(index: number, length = TOKEN_LENGTH): string {
  let texts = TEXTS.get(length);
  if (!texts) TEXTS.set(length, (texts = []));
  return (texts[index] ??= `${index.toString(36).padStart(length - 1, '0')} `);
}

/** The whole text of a run. */
export function wholeText(tokens: number, length: number): string {
  let text = '';
  for (let index = 0; index < tokens; index += 1) text += tokenText(index, length);
  return text;
}

/** A clock that all processes of the machine share, in milliseconds. */
export function sharedNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const nextMillisecond = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** When a token of a run is due, in milliseconds after the start. */
function dueAfterMs(
  { runs }: Workload,
  run: number,
  index: number,
  tokensPerSecond = Infinity,
): number {
  return ((index + run / runs) * 1_000) / tokensPerSecond;
}

/**
 * Emits every token of every run at its time. Runs at a rate are spread evenly over the interval, as
 * models that stream on their own are; flat out each token gets a turn of the event loop, which is
 * what an awaited chunk of a model costs at least.
 */
export async function produce(
  workload: Workload,
  emit: (run: number, index: number, dueAt: number) => void,
  ready: () => Promise<void> | undefined,
): Promise<void> {
  const { runs, tokensPerRun, tokensPerSecond } = workload;
  const next = Array.from({ length: runs }, () => 0);
  const startedAt = sharedNow();
  for (let left = runs * tokensPerRun; left > 0;) {
    const elapsed = sharedNow() - startedAt;
    for (let run = 0; run < runs; run += 1) {
      const index = next[run] ?? 0;
      const due = tokensPerSecond
        ? Math.floor((elapsed * tokensPerSecond) / 1_000 - run / runs) + 1
        : index + 1;
      for (let emitted = index; emitted < Math.min(due, tokensPerRun); emitted += 1, left -= 1) {
        emit(run, emitted, startedAt + dueAfterMs(workload, run, emitted, tokensPerSecond));
        next[run] = emitted + 1;
      }
    }
    await ready();
    await (tokensPerSecond ? nextMillisecond() : nextTurn());
  }
}
