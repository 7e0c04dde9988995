import { isDeeperThan } from '../common/is-deeper-than.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { StandardSchema, StandardSchemaIssue } from '../sources/standard-schema.js';

/** How large an input may be. */
export interface InputBounds {
  /** In bytes of JSON. */
  readonly maxInputBytes: number;
  readonly maxInputDepth: number;
}

/** The largest number of listed faults, so that the answer is not larger than the request. */
const MAX_ISSUES = 10;
const MAX_ISSUE_LENGTH = 500;

/**
 * Checks the input of a run, and converts it by the agent's schema.
 *
 * @throws StreamingError `INVALID_PAYLOAD` with the faults in `issues`
 */
export async function parseInput(
  input: unknown,
  schema: StandardSchema | undefined,
  { maxInputBytes, maxInputDepth }: InputBounds,
): Promise<unknown> {
  if (isDeeperThan(input, maxInputDepth))
    throw invalidInput(`is nested too deeply: more than ${maxInputDepth} levels`);
  if (bytesOf(input) > maxInputBytes)
    throw invalidInput(`is larger than ${maxInputBytes} bytes of JSON`);
  if (!schema) return input;
  const result = await schema['~standard'].validate(input);
  if (!result.issues) return result.value;
  throw new StreamingError(
    'INVALID_PAYLOAD',
    'The agent does not accept this input; see the issues.',
    {
      issues: result.issues.slice(0, MAX_ISSUES).map((issue) => ({
        path: pathOf(issue),
        message: issue.message.slice(0, MAX_ISSUE_LENGTH),
      })),
    },
  );
}

function bytesOf(input: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(input) ?? '');
  } catch {
    throw invalidInput('is not JSON');
  }
}

function invalidInput(message: string): StreamingError {
  return new StreamingError('INVALID_PAYLOAD', `The input ${message}.`, {
    issues: [{ path: 'input', message }],
  });
}

function pathOf({ path = [] }: StandardSchemaIssue): string {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
  return ['input', ...keys.map(String)].join('.');
}
