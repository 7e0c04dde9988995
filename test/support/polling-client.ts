import type { StreamUpdate } from '../../src/index.js';

const RECORD_SEPARATOR = '\u001E';

/** A Socket.IO client over HTTP long-polling that polls only when a test says so. */
export class PollingClient {
  readonly updates: StreamUpdate[] = [];
  /** The names of all events that came, with the status of those that have one. */
  readonly events: string[] = [];
  /** How many packets each poll was answered with. */
  readonly packetsPerPoll: number[] = [];
  /** The id of the connection, as the server names it. */
  id = '';
  readonly #url: string;
  #session = '';

  constructor(
    url: string,
    private readonly namespace = '/streaming',
  ) {
    this.#url = `${url}/socket.io/?EIO=4&transport=polling`;
  }

  /** Connects to the namespace. */
  async connect(): Promise<void> {
    const [open = ''] = await this.#request();
    const { sid } = JSON.parse(open.slice(1)) as { sid: string };
    this.#session = `&sid=${sid}`;
    await this.send(`40${this.namespace},`);
    await this.pollUntil(() => this.id !== '');
  }

  /** Sends an event without asking for an acknowledgement. */
  async emit(event: string, payload: object): Promise<void> {
    await this.send(`42${this.namespace},${JSON.stringify([event, payload])}`);
  }

  async pollUntil(condition: () => boolean): Promise<void> {
    while (!condition()) for (const packet of await this.#request()) await this.#take(packet);
  }

  async #take(packet: string): Promise<void> {
    const [connected, event] = [`40${this.namespace},`, `42${this.namespace},`];
    if (packet === '2') await this.send('3');
    if (packet.startsWith(connected)) {
      this.id = (JSON.parse(packet.slice(connected.length)) as { sid: string }).sid;
    }
    if (!packet.startsWith(event)) return;
    const [name, message] = JSON.parse(packet.slice(event.length)) as [
      string,
      { status?: string; data: { update: StreamUpdate } },
    ];
    this.events.push(message.status === undefined ? name : `${name}:${message.status}`);
    if (name === 'stream_update') this.updates.push(message.data.update);
  }

  async #request(): Promise<string[]> {
    const response = await fetch(this.#url + this.#session);
    const packets = (await response.text()).split(RECORD_SEPARATOR);
    this.packetsPerPoll.push(packets.length);
    return packets;
  }

  /** Sends a packet of Engine.IO as it is. */
  async send(packet: string): Promise<void> {
    await fetch(this.#url + this.#session, { method: 'POST', body: packet });
  }
}
