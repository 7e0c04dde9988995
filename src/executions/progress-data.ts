import type { ProgressData } from '../protocol/stream-update.js';
import type { ProgressReport } from './emitter.js';
import { clampPercent, requireNumber } from './require-values.js';

/** @throws StreamingError `INVALID_PAYLOAD` when a value of `progress` is no finite number */
export function requireProgress(progress: number | ProgressReport): void {
  requireNumber(typeof progress === 'number' ? progress : progress.current);
  if (typeof progress === 'object') requireNumber(progress.total ?? 0);
}

/** `data` of a `progress` update. @throws StreamingError `INVALID_PAYLOAD` as {@link requireProgress} */
export function progressData(progress: number | ProgressReport, message?: string): ProgressData {
  requireProgress(progress);
  if (typeof progress === 'number')
    return withMessage({ progress: clampPercent(progress) }, message);
  const { message: own, ...counts } = progress;
  const { current, total = 0 } = counts;
  const percent = total > 0 ? clampPercent((current / total) * 100) : 0;
  return withMessage({ ...counts, progress: percent }, message ?? own);
}

function withMessage(data: ProgressData, message: string | undefined): ProgressData {
  return message === undefined ? data : { ...data, message };
}
