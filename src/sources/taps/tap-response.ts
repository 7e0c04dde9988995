import type { ReadableStream } from 'node:stream/web';
import { defineHidden } from './define-hidden.js';
import type { ReadObserver } from './read-observer.js';
import { tapWebStream } from './tap-web-stream.js';

/** Properties of a `fetch` response that a new response would not have. */
const FACTS = ['url', 'redirected', 'type'] as const;

/** Makes a response with an observed body. Any method may read it. */
export function tapResponse(source: Response, observe: () => ReadObserver): Response {
  const { body, status, statusText, headers } = source;
  const tapped = new Response(
    tapWebStream(body as unknown as ReadableStream, observe) as unknown as ConstructorParameters<
      typeof Response
    >[0],
    { status, statusText, headers },
  );
  for (const fact of FACTS) defineHidden(tapped, fact, source[fact]);
  return tapped;
}
