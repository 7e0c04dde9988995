import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Calls a browser over its debugging protocol. */
export class DebuggingProtocol {
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #listeners = new Map<string, (params: never) => void>();
  #calls = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message.method !== undefined)
        this.#listeners.get(message.method)?.(message.params as never);
      if (message.id === undefined) return;
      this.#answers.get(message.id)?.(message);
      this.#answers.delete(message.id);
    });
  }

  static async connect(address: string): Promise<DebuggingProtocol> {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await once(socket, 'open');
    return new DebuggingProtocol(socket);
  }

  /** @param sessionId - the page that is called; the browser if absent */
  async call<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    const id = ++this.#calls;
    const { result, error } = await new Promise<Message>((resolve) => {
      this.#answers.set(id, resolve);
      this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** Waits for an event. */
  once(event: string): Promise<void> {
    return new Promise((resolve) => this.on(event, () => resolve()));
  }

  /** Sets the listener of an event. */
  on(event: string, listener: (params: never) => void): void {
    this.#listeners.set(event, listener);
  }
}
