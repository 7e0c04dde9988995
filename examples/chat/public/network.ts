const open = new Set<WebSocket>();

/** Knows the connections of the page, so that a button can cut them. Import it before Socket.IO. */
class CuttableWebSocket extends WebSocket {
  constructor(...given: ConstructorParameters<typeof WebSocket>) {
    super(...given);
    open.add(this);
    this.addEventListener('close', () => open.delete(this));
  }
}

globalThis.WebSocket = CuttableWebSocket;

/** Breaks the connections, as a bad network would. The client is not told. */
export function cutConnections(): void {
  for (const socket of open) socket.close();
}
