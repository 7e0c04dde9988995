/**
 * The clock of the process, in a test that need not wait.
 *
 * @publicApi
 */
export interface TestClock {
  /** Lets this much time pass at once, in milliseconds, and runs the timers that become due. */
  advance(ms: number): Promise<void>;
  /** Gives the process its own clock back. */
  restore(): void;
}

/**
 * Puts a clock in place of the process's own that goes on by itself and can be advanced: for retention,
 * deadlines of questions, credentials that expire. Needs the package `@sinonjs/fake-timers`.
 *
 * ```ts
 * const clock = await controlClock();
 * await clock.advance(60_000);
 * clock.restore();
 * ```
 *
 * @publicApi
 */
export async function controlClock(): Promise<TestClock> {
  const { install } = await import('@sinonjs/fake-timers');
  const clock = install({
    shouldAdvanceTime: true,
    advanceTimeDelta: 1,
    shouldClearNativeTimers: true,
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  return {
    advance: async (ms) => void (await clock.tickAsync(ms)),
    restore: () => clock.uninstall(),
  };
}
