import { ServerResponse, type IncomingMessage } from 'node:http';
import type { GatewayServer } from '../../gateway/socket-types.js';

/** The error message of the `ws` package for a message that is too large. */
const TOO_LARGE = 'Max payload size exceeded';
const PAYLOAD_TOO_LARGE = 413;

/** The part of Engine.IO that gives access to its HTTP requests. */
interface EngineServer {
  use?(middleware: (req: IncomingMessage, res: unknown, next: () => void) => void): void;
}

/** Whether a WebSocket was closed because its client sent a message that is too large. */
export function isTooLarge(description: unknown): boolean {
  return description instanceof Error && description.message.includes(TOO_LARGE);
}

/**
 * Notices messages over HTTP polling that are too large, because Engine.IO does not report them.
 *
 * @param onOversize - called with the id of the Engine.IO connection
 */
export function watchOversizePosts(
  server: GatewayServer,
  onOversize: (engineId: string) => void,
): void {
  const engine = server.engine as EngineServer | undefined;
  engine?.use?.((req, res, next) => {
    // Before Engine.IO 6.6, the object for the answer to an upgrade emits no events.
    if (res instanceof ServerResponse) {
      res.once('finish', () => {
        if (res.statusCode !== PAYLOAD_TOO_LARGE) return;
        onOversize(new URL(req.url ?? '', 'http://localhost').searchParams.get('sid') ?? '');
      });
    }
    next();
  });
}
