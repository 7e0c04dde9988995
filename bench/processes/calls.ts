import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

type Methods = Readonly<Record<string, (params: never) => unknown>>;

/** What `T` answers over a channel between processes. */
type Answer<T> = T extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Answers the calls of the parent process. */
export function answerCalls(methods: Methods): void {
  process.on('message', (message) => {
    const { id, method, params } = message as Request;
    const handle = methods[method] as ((params: unknown) => unknown) | undefined;
    const answered = async (): Promise<unknown> => {
      if (!handle) throw new Error(`There is no method ${method}.`);
      return handle(params);
    };
    answered().then(
      (value) => process.send?.({ id, value }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}

/** A command that runs on one core, where the system can do that. */
export function pinnedTo(core: number, command: string, ...args: string[]): [string, ...string[]] {
  const canPin = process.platform === 'linux' && availableParallelism() > 1;
  return canPin ? ['taskset', '-c', String(core), command, ...args] : [command, ...args];
}

/** A process that is called, pinned to a core of its own where the system can do that. */
export class CalledProcess<TMethods extends Methods> {
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #calls = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => {
      const reply = message as Reply;
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    child.on('exit', (code) => {
      for (const [id, settle] of this.#waiting)
        settle({ id, error: `The process exited (${code}).` });
      this.#waiting.clear();
    });
  }

  static start<TMethods extends Methods>(
    script: string,
    args: readonly string[],
    core: number,
  ): CalledProcess<TMethods> {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const [execPath, ...pinned] = pinnedTo(core, process.execPath);
    const child = fork(path, [...args], {
      serialization: 'advanced',
      execPath,
      execArgv: [...pinned, '--expose-gc'],
    });
    return new CalledProcess<TMethods>(child);
  }

  async call<M extends keyof TMethods & string>(
    method: M,
    params?: Parameters<TMethods[M]>[0],
  ): Promise<Answer<TMethods[M]>> {
    const id = ++this.#calls;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.child.send({ id, method, params } satisfies Request);
    });
    if (reply.error !== undefined) throw new Error(`${method} failed: ${reply.error}`);
    return reply.value as Answer<TMethods[M]>;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await exited;
  }
}
