import { StreamingError } from '../errors/streaming.error.js';

/** @throws StreamingError `INVALID_PAYLOAD` if `content` is not text */
export function requireText(content: unknown): void {
  if (typeof content === 'string') return;
  const given = content === null ? 'null' : typeof content;
  throw new StreamingError(
    'INVALID_PAYLOAD',
    `Tokens must be text, not ${given}. Skip this value, or emit it with emit('custom', …).`,
  );
}

/** @throws StreamingError `INVALID_PAYLOAD` when `value` is no finite number */
export function requireNumber(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new StreamingError(
    'INVALID_PAYLOAD',
    `Progress must be a number from 0 to 100, not ${String(value)}. Check how it is computed.`,
  );
}

/** The nearest percentage. */
export function clampPercent(value: number): number {
  return Math.min(100, Math.max(0, value));
}
