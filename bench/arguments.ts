import { parseArgs } from 'node:util';
import { VARIANTS, type VariantName } from './variants/index.js';

const USAGE = `npm run bench -- [options]

  --quick            checks every token in under two minutes; its figures mean little
  --only TEXT        scenarios whose name contains TEXT
  --against VARIANT  measures the capacity against this server; can be repeated
  --baseline FILE    compares with a run that wrote JSON
  --pictures FOLDER  draws the ramps of the capacity there
  --json             writes JSON
  --from FILE        measures nothing, and prints the table of a run that wrote JSON
  --force            measures although the machine is not quiet
  --help             prints this

VARIANT is one of ${Object.keys(VARIANTS).join('; ')}.
`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  against: { type: 'string', multiple: true },
  baseline: { type: 'string' },
  pictures: { type: 'string' },
  json: { type: 'boolean', default: false },
  from: { type: 'string' },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What the benchmark was asked to do. */
export interface Arguments {
  readonly quick: boolean;
  readonly only: string;
  readonly against: readonly VariantName[] | undefined;
  readonly baseline: string | undefined;
  readonly pictures: string | undefined;
  readonly json: boolean;
  readonly from: string | undefined;
  readonly force: boolean;
}

/**
 * Reads the command line.
 *
 * @returns undefined when the usage was printed instead
 */
export function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    const { help, against, baseline, from, pictures, ...others } = values;
    if (!help) return { ...others, baseline, from, pictures, against: against?.map(variantNamed) };
    process.stdout.write(USAGE);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 1;
  }
  return undefined;
}

function variantNamed(name: string): VariantName {
  if (Object.hasOwn(VARIANTS, name)) return name as VariantName;
  throw new Error(`There is no server "${name}".`);
}
