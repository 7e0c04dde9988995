/** Waits for `work`, but not longer than this. @returns whether the work has ended, also by a rejection */
export async function within(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const over = (): boolean => true;
  const isOver = await Promise.race([work.then(over, over), timeout]);
  clearTimeout(timer);
  return isOver;
}
