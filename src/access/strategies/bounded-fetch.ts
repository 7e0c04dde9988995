/** Far more than keys, metadata or the facts about a token need, in bytes. */
const MAX_BYTES = 1_048_576;

/**
 * As `fetch`, for what identity providers answer: a longer body fails, as it would be read into memory before
 * anybody looks at it.
 */
export async function boundedFetch(input: string | URL, init: object = {}): Promise<Response> {
  const response = await fetch(input, init);
  if (!response.body) return response;
  let bytes = 0;
  const bound = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_BYTES)
        controller.error(new Error(`the provider answers more than ${MAX_BYTES} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(bound), { status, statusText, headers });
}
