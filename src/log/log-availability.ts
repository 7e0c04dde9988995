/**
 * Reports whether the log can be reached now. After each change, gateways send `connection_status` to their
 * clients.
 *
 * @publicApi
 */
export interface LogAvailability {
  /** Whether the log can be reached now. */
  readonly isAvailable: boolean;
  /** Calls a listener at each change from now on. The listener must not throw. */
  onChange(listener: (isAvailable: boolean) => void): void;
}
