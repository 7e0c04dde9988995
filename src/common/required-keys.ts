/** `T` with these keys always there. */
export type RequiredKeys<T, K extends keyof T> = Omit<T, K> & {
  readonly [P in K]-?: Exclude<T[P], undefined>;
};
