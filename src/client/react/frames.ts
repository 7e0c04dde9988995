/** The globals that exist only in a browser. */
interface Page {
  readonly requestAnimationFrame?: (callback: () => void) => unknown;
  readonly document?: { readonly hidden: boolean };
}

/** The length of a frame if there are no frames, such as in a hidden tab, in milliseconds. */
const FRAME_MS = 16;

/** Runs tasks in the next frame: each task once, and all tasks in one turn of the event loop. */
export class Frames {
  readonly #tasks = new Set<() => void>();

  schedule(task: () => void): void {
    this.#tasks.add(task);
    if (this.#tasks.size > 1) return;
    const page = globalThis as Page;
    const run = (): void => this.#run();
    if (page.requestAnimationFrame && page.document?.hidden !== true)
      page.requestAnimationFrame(run);
    else setTimeout(run, FRAME_MS);
  }

  #run(): void {
    const tasks = [...this.#tasks];
    this.#tasks.clear();
    for (const task of tasks) task();
  }
}
