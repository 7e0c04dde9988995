/**
 * Waits for something, and fails when it takes too long.
 *
 * @param complaint - tells then who did not do what
 */
export function within<T>(ms: number, awaited: Promise<T>, complaint: () => string): Promise<T> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ms);
    const complain = (): void => reject(new Error(`${complaint()} (after ${ms} ms).`));
    signal.addEventListener('abort', complain);
    void awaited.then(resolve, reject).finally(() => signal.removeEventListener('abort', complain));
  });
}
