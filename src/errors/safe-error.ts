import { ERROR_CODES } from '../protocol/error-codes.js';
import type { SafeError } from '../protocol/stream-update.js';

/** The error that viewers get if a source fails. The error itself stays in the process. */
export const SAFE_ERROR: SafeError = {
  code: 'SOURCE_FAILED',
  message: ERROR_CODES.SOURCE_FAILED.meaning,
};
