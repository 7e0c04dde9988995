/**
 * A clock that a test can advance, so that the test need not wait.
 *
 * @publicApi
 */
export interface TestClock {
  /** Advances the clock by a time in milliseconds, and runs the timers that become due. */
  advance(ms: number): Promise<void>;
  /** Restores the real clock of the process. */
  restore(): void;
}

/**
 * Replaces the clock of the process by a clock that runs normally and that a test can advance. Use it to test
 * retention, deadlines of questions and credentials that expire. It needs the package `@sinonjs/fake-timers`.
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
