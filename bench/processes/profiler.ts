import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

/** Writes a CPU profile of each measurement to the folder that `BENCH_PROFILE` names. */
export class Profiler {
  readonly #session = new Session();
  #measurements = 0;

  private constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#session.connect();
  }

  static fromEnvironment(): Profiler | undefined {
    const folder = process.env['BENCH_PROFILE'];
    return folder === undefined ? undefined : new Profiler(folder);
  }

  async begin(): Promise<void> {
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.start');
  }

  async end(): Promise<void> {
    const { profile } = await this.#session.post('Profiler.stop');
    const variant = (process.argv[2] ?? '').replace(/\W+/g, '-');
    const name = `${variant}-${++this.#measurements}.cpuprofile`;
    writeFileSync(join(this.folder, name), JSON.stringify(profile));
  }
}
