/**
 * Connects a client. If connecting fails or is aborted, the client is destroyed. Otherwise it would try to
 * connect forever.
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
