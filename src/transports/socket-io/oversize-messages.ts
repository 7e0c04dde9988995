import { ServerResponse, type IncomingMessage } from 'node:http';
import type { GatewayServer } from '../../gateway/socket-types.js';

/** What the `ws` package says when a message is larger than it may be. */
const TOO_LARGE = 'Max payload size exceeded';
const PAYLOAD_TOO_LARGE = 413;

/** The part of Engine.IO that lets others see its HTTP requests. */
interface EngineServer {
  use?(middleware: (req: IncomingMessage, res: unknown, next: () => void) => void): void;
}

/** Whether a WebSocket was closed because its client sent a message that is too large. */
export function isTooLarge(description: unknown): boolean {
  return description instanceof Error && description.message.includes(TOO_LARGE);
}

/**
 * Watches for messages over HTTP polling that are too large, of which Engine.IO tells nobody.
 *
 * @param onOversize - called with the id of the Engine.IO connection
 */
export function watchOversizePosts(
  server: GatewayServer,
  onOversize: (engineId: string) => void,
): void {
  const engine = server.engine as EngineServer | undefined;
  engine?.use?.((req, res, next) => {
    // What stands for the answer to an upgrade emits nothing in Engine.IO before 6.6.
    if (res instanceof ServerResponse) {
      res.once('finish', () => {
        if (res.statusCode !== PAYLOAD_TOO_LARGE) return;
        onOversize(new URL(req.url ?? '', 'http://localhost').searchParams.get('sid') ?? '');
      });
    }
    next();
  });
}
