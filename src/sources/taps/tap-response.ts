import type { ReadableStream } from 'node:stream/web';
import { defineHidden } from './define-hidden.js';
import type { ReadObserver } from './read-observer.js';
import { tapWebStream } from './tap-web-stream.js';

/** What a response of `fetch` says of itself, and a new one would not. */
const FACTS = ['url', 'redirected', 'type'] as const;

/** The response with a body that tells what is read of it, by whatever method. */
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
