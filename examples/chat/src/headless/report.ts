import type { DeliveryCheck } from './delivery-check.js';

/** What came of a run. */
export interface Seen {
  readonly received: string;
  readonly streamed: string;
  readonly refusal?: string | undefined;
}

/** Prints what holds and what does not. @returns the exit code: 0 when all holds */
export function report(
  { faults, received, recovered }: DeliveryCheck,
  { received: text, streamed, refusal }: Seen,
): number {
  const results = [
    [
      `${received} updates arrived, each once and in order`,
      faults.length === 0 ? undefined : faults.join(', '),
    ],
    [
      `${recovered.updates} of them were missed at first, and came from the log in ${recovered.messages} messages`,
      recovered.updates > 0 ? undefined : 'nothing was missed, so nothing was shown',
    ],
    [
      `the text is what was streamed: ${text.length} characters`,
      text === streamed && text !== '' ? undefined : 'the texts differ',
    ],
    ['Bob was refused', refusal === 'EXECUTION_NOT_FOUND' ? undefined : (refusal ?? 'he was not')],
  ] as const;
  console.log();
  for (const [claim, fault] of results) console.log(fault ? `✗ ${claim}: ${fault}` : `✓ ${claim}`);
  return results.every(([, fault]) => fault === undefined) ? 0 : 1;
}
