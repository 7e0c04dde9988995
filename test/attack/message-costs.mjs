// What single messages cost the process under attack.

/** Of this thread where Node can tell, else of the whole process, which is more. In ms. */
const cpuMs = () => {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1_000;
};

/**
 * Measures what each thing that arrives costs: a request, the end of its body, what one read of a WebSocket
 * brings. Its cost is the CPU time until the next one arrives or the turn of the event loop ends, with
 * everything else that happens until then, so no cost is understated.
 */
export class MessageCosts {
  #maxMs = 0;
  #began;

  constructor(server) {
    server.prependListener('request', (request) => {
      this.#begin();
      request.prependListener('end', () => this.#begin());
    });
    server.prependListener('upgrade', (_request, network) => {
      this.#begin();
      // Later than the WebSocket, as whoever listens first makes the data flow.
      setImmediate(() => network.prependListener('data', () => this.#begin()));
    });
  }

  /** The most that one cost since this was asked last, in ms. */
  takeMaxMs() {
    const maxMs = this.#maxMs;
    this.#maxMs = 0;
    return maxMs;
  }

  #begin() {
    if (this.#began === undefined) setImmediate(() => this.#end());
    else this.#note();
    this.#began = cpuMs();
  }

  #end() {
    this.#note();
    this.#began = undefined;
  }

  #note() {
    this.#maxMs = Math.max(this.#maxMs, cpuMs() - this.#began);
  }
}
