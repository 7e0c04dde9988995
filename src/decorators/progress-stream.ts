import type { EmitOptions, ProgressReport } from '../executions/emitter.js';
import { clampPercent } from '../executions/require-values.js';
import type { ResolvedProgressOptions } from '../options/resolved-options.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import { isRecord } from '../common/is-record.js';
import type { CallOutput, CallPart, ItemFacts } from './call-output.js';

type Format = ResolvedProgressOptions['format'];

/** The smallest step of each granularity, in percent. */
const STEPS = { coarse: 10, fine: 1, detailed: 0.1 } as const;

interface Reading {
  readonly percent: number;
  readonly current?: number | undefined;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
  readonly options?: EmitOptions | undefined;
}

/** The progress of one call, by the options of `@StreamProgress`. */
export class ProgressStream implements CallPart {
  readonly #output: CallOutput;
  readonly #startedAt = performance.now();
  #milestones: readonly number[];
  #items = 0;
  #sent: Reading | undefined;
  #sentAt = 0;
  /** The newest reading, which waits for the interval to pass. */
  #pending: Reading | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    output: CallOutput,
    private readonly options: ResolvedProgressOptions,
  ) {
    this.#output = output.ofNode(options.nodeId);
    this.#milestones = options.milestones.toSorted((one, other) => one - other);
  }

  start(): void {
    this.#take({ percent: 0 });
  }

  item(value: unknown, { isStreamed }: ItemFacts): boolean {
    if (isProgressItem(value)) {
      const message = typeof value.message === 'string' ? value.message : undefined;
      if (!isStreamed) this.report(value.progress, message);
      return true;
    }
    this.#items += 1;
    if (this.options.calculator) this.report({ current: this.#items });
    return false;
  }

  complete(): void {
    this.#stop();
    this.#announceMilestones({ percent: 100 });
    const { current, total = current, message } = this.#sent ?? {};
    if (this.#sent?.percent !== 100) this.#send({ percent: 100, current: total, total, message });
  }

  fail(): void {
    this.#stop();
  }

  end(): void {
    this.#stop();
  }

  /** Takes a percentage or a count. A value that is not a number is ignored. */
  report(progress: number | ProgressReport, message?: string, options?: EmitOptions): void {
    if (typeof progress === 'number') {
      this.#take({ percent: clampPercent(progress), message, options });
      return;
    }
    const { current, total = 0 } = progress;
    const percent = this.#percentOf(current, total);
    this.#take({
      percent: clampPercent(percent),
      current,
      ...(progress.total !== undefined && { total }),
      message: message ?? progress.message,
      options,
    });
  }

  #percentOf(current: number, total: number): number {
    const { calculator } = this.options;
    if (!calculator) return total > 0 ? (current / total) * 100 : Number.NaN;
    const { executionId, nodeId } = this.#output;
    return calculator(current, total, { executionId, nodeId, elapsedMs: this.#elapsedMs() });
  }

  #take(reading: Reading): void {
    if (Number.isNaN(reading.percent)) return;
    this.#announceMilestones(reading);
    if (!this.#isStep(reading)) return;
    const waitMs = this.#sent ? this.#sentAt + this.options.intervalMs - performance.now() : 0;
    if (waitMs <= 0) {
      this.#send(reading);
      return;
    }
    this.#pending = reading;
    this.#timer ??= setTimeout(() => this.#sendPending(), Math.ceil(waitMs)).unref();
  }

  /** Whether a reading differs enough from the last reading that was sent. */
  #isStep({ percent, message }: Reading): boolean {
    if (!this.#sent || message !== this.#sent.message) return true;
    const step = STEPS[this.options.granularity];
    // Rounded, because a tenth has no exact binary form.
    return Math.abs(percent - this.#sent.percent) >= step - Number.EPSILON * 100;
  }

  #sendPending(): void {
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending) this.#send(pending);
  }

  #send(reading: Reading): void {
    const { percent, current, total, message } = reading;
    const { format } = this.options;
    this.#stop();
    this.#sent = reading;
    this.#sentAt = performance.now();
    const data = {
      progress: round(percent, format),
      text: textOf(reading, format, this.#ratePerSecond(current)),
      ...(message !== undefined && { message }),
      ...(current !== undefined && { current }),
      ...(total !== undefined && { total }),
      ...this.#estimate(percent),
      ...this.#metrics(current),
    };
    this.#output.emit(StreamEventType.PROGRESS, data, reading.options);
  }

  #announceMilestones({ percent, message, options }: Reading): void {
    const reached = this.#milestones.filter((milestone) => milestone <= percent);
    this.#milestones = this.#milestones.slice(reached.length);
    for (const milestone of reached) {
      const data = {
        milestone,
        progress: round(percent, this.options.format),
        ...(message !== undefined && { message }),
      };
      this.#output.emit(StreamEventType.MILESTONE, data, options);
    }
  }

  #estimate(percent: number): { readonly etaMs?: number } {
    if (!this.options.includeETA || percent <= 0) return {};
    return { etaMs: Math.round((this.#elapsedMs() * (100 - percent)) / percent) };
  }

  #metrics(current: number | undefined): Readonly<Record<string, number>> {
    if (!this.options.includeMetrics) return {};
    const ratePerSecond = this.#ratePerSecond(current);
    return {
      elapsedMs: Math.round(this.#elapsedMs()),
      ...(ratePerSecond !== undefined && { ratePerSecond }),
    };
  }

  #ratePerSecond(current: number | undefined): number | undefined {
    return current === undefined ? undefined : current / Math.max(this.#elapsedMs() / 1_000, 0.001);
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = undefined;
  }
}

function textOf(
  { percent, current, total }: Reading,
  format: Format,
  ratePerSecond: number | undefined,
): string {
  const { showPercentage, showCurrent, showTotal, showRate, precision } = format;
  const counts = [
    ...(showCurrent && current !== undefined ? [`${current}`] : []),
    ...(showTotal && total !== undefined ? [`${total}`] : []),
  ];
  return [
    ...(showPercentage ? [`${percent.toFixed(precision)}%`] : []),
    ...(counts.length > 0 ? [counts.join('/')] : []),
    ...(showRate && ratePerSecond !== undefined ? [`${ratePerSecond.toFixed(precision)}/s`] : []),
  ].join(' ');
}

function round(percent: number, { precision }: Format): number {
  return Number(percent.toFixed(precision));
}

function isProgressItem(
  value: unknown,
): value is { readonly progress: number; readonly message?: unknown } {
  return isRecord(value) && value['type'] === 'progress' && Number.isFinite(value['progress']);
}
