import { z } from 'zod';
import { suggestion } from '../common/suggestion.js';
import { StreamingError } from './streaming.error.js';

/** A fault of the options, by path. */
export interface OptionIssue {
  readonly path: string;
  readonly message: string;
}

/** @throws StreamingError `INVALID_OPTIONS`, with every fault and its path in `issues` */
export function rejectIfAny(
  issues: readonly OptionIssue[],
  subject = 'The streaming options',
): void {
  if (issues.length === 0) return;
  const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
  throw new StreamingError(
    'INVALID_OPTIONS',
    `${subject} have ${issues.length === 1 ? 'a fault' : `${issues.length} faults`}:\n${lines.join('\n')}`,
    { issues },
  );
}

/**
 * Finds the faults that a schema reports.
 *
 * @param root - the path of the options themselves
 * @param page - where the options are documented
 */
export function findSchemaIssues(
  schema: z.ZodType,
  options: unknown,
  root = '',
  page = 'docs/options.md',
): OptionIssue[] {
  const { error } = schema.safeParse(options);
  const place = { schema, root, page, above: [] };
  return (error?.issues ?? []).flatMap((issue) => describe(issue, place));
}

interface Place {
  readonly schema: z.ZodType;
  readonly root: string;
  readonly page: string;
  /** The path of the value that the path of the issue is relative to. */
  readonly above: readonly PropertyKey[];
}

function describe(issue: z.core.$ZodIssue, place: Place): OptionIssue[] {
  const { schema, root, page, above } = place;
  const keys = [...above, ...issue.path];
  const path = [root, ...keys.map(String)].filter((part) => part !== '');
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, keys);
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: `is not an option; ${adviceFor(key, known)}see ${page}`,
    }));
  }
  // If an option is `false | { … }` and an object was given, report the faults in the object.
  const inner = issue.code === 'invalid_union' ? issue.errors.find(isAboutContents) : undefined;
  if (inner) return inner.flatMap((one) => describe(one, { ...place, above: keys }));
  return [{ path: path.join('.') || 'options', message: issue.message }];
}

function isAboutContents(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys');
}

function adviceFor(key: string, known: readonly string[]): string {
  const meant = suggestion(key, known);
  return meant === undefined ? '' : `did you mean \`${meant}\`? Otherwise `;
}

/** The options that there are at a path. */
function keysAt(schema: unknown, [key, ...rest]: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional)
    return keysAt(schema.unwrap(), key === undefined ? [] : [key, ...rest]);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((one) => keysAt(one, key === undefined ? [] : [key, ...rest]));
  if (!(schema instanceof z.ZodObject)) return [];
  return key === undefined
    ? Object.keys(schema.shape)
    : keysAt((schema.shape as Readonly<Record<PropertyKey, unknown>>)[key], rest);
}
