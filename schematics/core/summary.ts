import type { SchematicContext } from '@angular-devkit/schematics';

/** Where the package is described. */
const DOCUMENTATION = 'https://www.npmjs.com/package/@hive-academy/langgraph-streaming';

/** What a schematic tells at its end: what it did, what is left to do, and what comes next. */
export class Summary {
  private readonly done: string[] = [];
  private readonly left: string[] = [];
  private readonly next: string[] = [];

  did(...lines: readonly string[]): void {
    this.done.push(...lines);
  }

  /** Something that only the reader can do. */
  leave(...lines: readonly string[]): void {
    this.left.push(...lines);
  }

  /** A command to run next. */
  suggest(...commands: readonly string[]): void {
    this.next.push(...commands);
  }

  /** Prints everything; what is left to do as warnings. */
  print({ logger }: SchematicContext, nothingDone: string): void {
    if (this.done.length === 0) logger.info(nothingDone);
    for (const line of this.done) logger.info(`- ${line}`);
    if (this.left.length > 0) logger.warn('Left for you:');
    for (const line of this.left) logger.warn(`- ${line}`);
    if (this.next.length > 0) logger.info('Next:');
    for (const command of this.next) logger.info(`  ${command}`);
    logger.info(`Documentation: ${DOCUMENTATION}`);
  }
}
