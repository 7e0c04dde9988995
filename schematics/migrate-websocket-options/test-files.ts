const TEST = /\b(spec|test|e2e)\.[cm]?[jt]sx?$|(^|\/)(test|tests|__tests__|e2e)\//;

/** Whether a file is a test, which configures what it needs for itself alone. */
export function isTestFile(path: string): boolean {
  return TEST.test(path);
}
