import { isDeeperThan } from '../common/is-deeper-than.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ClientEventName } from '../protocol/client-events.js';
import { createMessageSchemas, type MessageSchemas } from './message-schemas.js';

/** The limits for parts of a payload. Its size in bytes is limited before it is decoded. */
export interface PayloadLimits {
  readonly maxPayloadDepth: number;
  readonly maxIdLength: number;
}

/** The largest number of listed faults, so that the answer is not larger than the message. */
const MAX_ISSUES = 10;

/** Checks what clients send. */
export class PayloadParser {
  readonly #schemas: MessageSchemas;

  constructor(private readonly limits: PayloadLimits) {
    this.#schemas = createMessageSchemas(limits.maxIdLength);
  }

  /**
   * Checks the payload of a client event.
   *
   * @throws StreamingError `INVALID_PAYLOAD` with the faults in `issues`, which repeat nothing of the payload
   */
  parse(event: ClientEventName, payload: unknown): unknown {
    if (isDeeperThan(payload, this.limits.maxPayloadDepth)) {
      throw invalidPayload(event, [{ path: 'payload', message: 'is nested too deeply' }]);
    }
    // Clients in some languages cannot omit the payload, and send null.
    const { success, data, error } = this.#schemas[event].safeParse(payload ?? undefined);
    if (success) return data;
    const issues = error.issues.slice(0, MAX_ISSUES).map((issue) => ({
      path: issue.path.map(String).join('.') || 'payload',
      message: issue.message,
    }));
    throw invalidPayload(event, issues);
  }
}

function invalidPayload(
  event: ClientEventName,
  issues: readonly { readonly path: string; readonly message: string }[],
): StreamingError {
  return new StreamingError(
    'INVALID_PAYLOAD',
    `The payload of ${event} is not valid; see docs/protocol.md.`,
    { issues },
  );
}
