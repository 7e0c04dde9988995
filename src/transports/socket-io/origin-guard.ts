import type { IncomingMessage } from 'node:http';
import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';
import type { GatewayCorsOptions } from '../../options/streaming-module-options.js';

/** How much of an origin is logged: more than any real one has, as a host has at most 253 characters. */
const MAX_LOGGED_ORIGIN = 300;

type Decision = (message: string | null | undefined, success: boolean) => void;

/**
 * Refuses pages of other origins before a transport opens. Browsers send cookies with a WebSocket
 * whatever CORS says, so CORS headers alone would not keep them out. A client that is no browser
 * sends no `Origin` and has no cookies of a user to abuse.
 */
export function originGuard(
  { cors, trustedProxies }: ResolvedGatewayOptions,
  errors: GatewayErrorHandler,
): (request: IncomingMessage, decide: Decision) => void {
  return (request, decide) => {
    const { origin } = request.headers;
    if (
      origin === undefined ||
      isOwnOrigin(origin, request, trustedProxies) ||
      (cors && isListed(origin, cors.origin))
    ) {
      decide(null, true);
      return;
    }
    const { code } = errors.handle(refusal(origin), { event: 'upgrade' });
    decide(code, false);
  };
}

function isOwnOrigin(
  origin: string,
  { headers }: IncomingMessage,
  trustedProxies: number,
): boolean {
  const forwarded = trustedProxies > 0 ? headers['x-forwarded-host'] : undefined;
  const host = forwarded ?? headers.host;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function isListed(origin: string, allowed: GatewayCorsOptions['origin']): boolean {
  if (typeof allowed === 'boolean') return allowed;
  return [allowed].flat().some((entry) => {
    if (typeof entry === 'string') return entry === '*' || entry === origin;
    // The whole origin must match: /example\.com/ must not let example.com.evil.test in.
    return new RegExp(`^(?:${entry.source})$`, entry.flags.replace(/[gy]/g, '')).test(origin);
  });
}

function refusal(origin: string): StreamingError {
  return new StreamingError('ORIGIN_NOT_ALLOWED', 'Pages of this origin may not connect.', {
    cause: new Error(
      `name ${JSON.stringify(origin.slice(0, MAX_LOGGED_ORIGIN))} in gateway.cors.origin to allow it`,
    ),
  });
}
