import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathWith } from './package-managers.mjs';
import { run } from './shell.mjs';

export const PACKAGE = '@hive-academy/langgraph-streaming';

/** An application that the real Nest CLI makes, and the commands that its user gives. */
export class Application {
  constructor({ major, packageManager, folder, env }) {
    this.major = major;
    this.packageManager = packageManager;
    this.name = `app${major}`;
    this.folder = folder;
    this.cwd = join(folder, this.name);
    this.env = env;
  }

  /** Makes the application with one CLI major. */
  static async create({ major, packageManager, folder, registry }) {
    const env = {
      npm_config_registry: registry,
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      // In CI pnpm would refuse what `nest add` wrote into package.json.
      npm_config_frozen_lockfile: 'false',
      // Yarn 1 has its own name for it.
      YARN_REGISTRY: registry,
      JWT_SECRET: 'a secret of more than thirty-two characters',
      PATH: await pathWith(packageManager, folder),
    };
    const application = new Application({ major, packageManager, folder, env });
    const flags = ['--strict', '--skip-git', '--package-manager', packageManager];
    await run('npx', ['--yes', `@nestjs/cli@${major}`, 'new', application.name, ...flags], {
      cwd: folder,
      env,
    });
    return application;
  }

  /** Runs a command of the CLI that the application has installed. */
  nest(...args) {
    return this.run('npx', '--no-install', 'nest', ...args);
  }

  run(command, ...args) {
    return run(command, args, { cwd: this.cwd, env: this.env });
  }

  path(file) {
    return join(this.cwd, file);
  }

  read(file) {
    return readFileSync(this.path(file), 'utf8');
  }
}
