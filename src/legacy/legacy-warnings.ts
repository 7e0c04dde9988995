import type { FoldedOptions } from './fold-legacy-options.js';

/** The warnings about legacy options, for the log at boot. */
export function legacyWarnings({ deprecated, ignored, isOffBySilence }: FoldedOptions): string[] {
  const lines: string[] = [];
  if (deprecated.length > 0) {
    lines.push(
      `Deprecated options: ${deprecated.join(', ')}. Rewrite them with: nest g -c @hive-academy/langgraph-streaming migrate-websocket-options migrate`,
    );
  }
  if (ignored.length > 0) lines.push(`Options without effect, remove them: ${ignored.join(', ')}.`);
  if (isOffBySilence) {
    lines.push(
      'The gateway is off: legacy options switch it on only with `enabled: true`. Write `gateway: { enabled: true }` if it should listen, or `enabled: false` to stop this warning.',
    );
  }
  return lines;
}
