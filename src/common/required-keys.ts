/** `T` in which these keys are required. */
export type RequiredKeys<T, K extends keyof T> = Omit<T, K> & {
  readonly [P in K]-?: Exclude<T[P], undefined>;
};
