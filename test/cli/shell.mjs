import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs a command to its end and returns what it printed. Fails when it fails. */
export async function run(command, args, { cwd, env = {}, quiet = true }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, CI: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
      if (!quiet) process.stdout.write(text);
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/** Starts a command that goes on running, and waits until it prints what tells that it is ready. */
export async function start(command, args, { cwd, env = {}, ready }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
        if (ready.test(output)) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(
        new Error(
          `${command} ${args.join(' ')} ended with ${code} before it was ready:\n${output}`,
        ),
      ),
    );
  });
  return {
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const stopped = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await stopped;
    },
  };
}

/** The tarball of `PACKAGE_TARBALL`, or builds and packs the library. @returns its path */
export async function pack(folder) {
  if (process.env.PACKAGE_TARBALL) return process.env.PACKAGE_TARBALL;
  const output = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT });
  const [{ filename }] = JSON.parse(output.slice(output.indexOf('[\n')));
  return join(folder, filename);
}
