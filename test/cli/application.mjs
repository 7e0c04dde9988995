import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANAGERS, pathWith } from './package-managers.mjs';
import { run } from './shell.mjs';

export const PACKAGE = '@hive-academy/langgraph-streaming';

/** An application that the real Nest CLI makes, and the commands that its user gives. */
export class Application {
  constructor({ major, packageManager, folder, env }) {
    this.major = major;
    this.packageManager = packageManager;
    this.name = `app${major}`;
    this.manager = MANAGERS[packageManager];
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
      ...MANAGERS[packageManager].env(registry, folder),
      JWT_SECRET: 'a secret of more than thirty-two characters',
      PATH: await pathWith(packageManager, folder),
    };
    const application = new Application({ major, packageManager, folder, env });
    const { command } = application.manager;
    const flags = ['--strict', '--skip-git', '--package-manager', command];
    const args = ['--yes', `@nestjs/cli@${major}`, 'new', application.name, ...flags];
    await run('npx', args, { cwd: folder, env });
    // The CLI ends with 0 when the package manager fails, and does not say why.
    if (!existsSync(application.path('node_modules'))) await application.run(command, 'install');
    return application;
  }

  /**
   * Adds the library. CLI 11 runs the schematic while pnpm or Yarn still installs, so that the documents
   * tell another way.
   */
  async add() {
    if (this.major > 11 || this.packageManager === 'npm') return this.nest('add', PACKAGE);
    await this.run(this.manager.command, 'add', PACKAGE);
    await this.nest('add', PACKAGE, '--skip-install');
    return this.run(this.manager.command, 'install');
  }

  /** Uninstalls the library. */
  removePackage() {
    const { command, remove } = this.manager;
    return this.run(command, remove, PACKAGE);
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

  /** The texts of everything that a schematic may edit, by path. */
  texts() {
    const files = readdirSync(this.cwd, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.cwd.length + 1))
      .filter((file) => /^(src|test|client)\/|^(nest-cli\.json|\.env\.example)$/.test(file));
    return Object.fromEntries(files.sort().map((file) => [file, this.read(file)]));
  }
}
