// What single messages cost the process under attack.

/** Of this thread where Node can tell, else of the whole process, which is more. In ms. */
const cpuMs = () => {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1_000;
};

/**
 * Measures what each thing that arrives costs: a request, the end of its body, what one read of a WebSocket
 * brings. Its cost is the CPU time until the next one arrives or the turn of the event loop ends, with
 * everything else that happens until then. What a read brings is shared among its messages.
 */
export class MessageCosts {
  #maxMs = 0;
  #began;
  #isRead = false;
  #packets = 0;

  constructor(server, engine) {
    server.prependListener('request', (request) => {
      this.#begin(false);
      request.prependListener('end', () => this.#begin(false));
    });
    server.prependListener('upgrade', (_request, network) => {
      this.#begin(false);
      // Later than the WebSocket, as whoever listens first makes the data flow.
      setImmediate(() => network.prependListener('data', () => this.#begin(true)));
    });
    engine.on('connection', (connection) => connection.on('packet', () => (this.#packets += 1)));
  }

  /** The most that one cost since this was asked last, in ms. */
  takeMaxMs() {
    const maxMs = this.#maxMs;
    this.#maxMs = 0;
    return maxMs;
  }

  #begin(isRead) {
    if (this.#began === undefined) setImmediate(() => this.#end());
    else this.#note();
    this.#began = cpuMs();
    this.#isRead = isRead;
    this.#packets = 0;
  }

  #end() {
    this.#note();
    this.#began = undefined;
  }

  #note() {
    const messages = this.#isRead ? Math.max(1, this.#packets) : 1;
    this.#maxMs = Math.max(this.#maxMs, (cpuMs() - this.#began) / messages);
  }
}
