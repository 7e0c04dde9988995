/**
 * Connects a client. If that fails or nobody waits for it any more the client is destroyed: it would
 * otherwise go on trying for ever.
 */
export async function connectUnlessAborted(
  client: { connect(): Promise<unknown> },
  connection: { destroy(): void },
  signal: AbortSignal,
): Promise<void> {
  const abort = (): void => connection.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
