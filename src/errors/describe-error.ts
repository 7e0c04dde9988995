import { inspect } from 'node:util';
import { printable } from '../common/printable.js';
import { redactSecrets } from './redact-secrets.js';

const MAX_LENGTH = 8_192;
const MAX_MESSAGE_LENGTH = 2_048;
/** How many causes of one error are told. */
const MAX_CAUSES = 5;

/**
 * An error and its causes as one text for the log. Nothing that a client sent can write a line of its own, and
 * what looks like a secret is left out. It never throws, whatever was thrown: the getters of an error are code
 * of the application too.
 *
 * @param withStack - whether it tells where each error was made
 */
export function describeError(thrown: unknown, withStack = true): string {
  const texts: string[] = [];
  let current: unknown = thrown;
  for (let depth = 0; depth < MAX_CAUSES; depth += 1) {
    texts.push(describeOne(current, withStack));
    current = read(() => (current instanceof Error ? current.cause : undefined));
    if (current === undefined || current === null) break;
  }
  return redactSecrets(texts.join(' <- ').slice(0, MAX_LENGTH));
}

/** The lines of a stack behind the message, which a client can have chosen. */
export function framesOf(thrown: unknown): readonly string[] {
  const stack = read(() => (thrown instanceof Error ? thrown.stack : undefined));
  if (typeof stack !== 'string') return [];
  return stack.split('\n').filter((line) => /^ {4}at /.test(line));
}

function describeOne(value: unknown, withStack: boolean): string {
  const message = read(() => {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return typeof value === 'string' ? value : inspect(value, { depth: 2 });
  });
  const text = printable(message ?? 'an error that cannot be shown', MAX_MESSAGE_LENGTH);
  return withStack ? [text, ...framesOf(value)].join('\n') : text;
}

function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
