let step = 0;
let isAwaited = false;

/** The number of the synchronous step of the process that runs now. It changes when the step is over. */
export function currentStep(): number {
  if (!isAwaited) {
    isAwaited = true;
    queueMicrotask(endStep);
  }
  return step;
}

function endStep(): void {
  isAwaited = false;
  step += 1;
}
