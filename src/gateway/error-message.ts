import type { ErrorBody } from '../protocol/error-codes.js';
import type { ErrorMessage } from '../protocol/server-events.js';

/** Makes the payload of an `error` event. */
export function toErrorMessage(error: ErrorBody, event?: string): ErrorMessage {
  const { code, message } = error;
  return {
    type: 'error',
    ...error,
    ...(event === undefined ? {} : { event }),
    data: { code, message },
  };
}
