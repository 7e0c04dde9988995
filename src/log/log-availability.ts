/**
 * Whether a log can be reached, as far as is known. Clients of gateways are told of each change.
 *
 * @publicApi
 */
export interface LogAvailability {
  readonly isAvailable: boolean;
  /** Calls a listener at each change, from now on. It must not throw. */
  onChange(listener: (isAvailable: boolean) => void): void;
}
