import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { Link, type Fault, type Passage } from './link.js';

export const FAULTS: readonly Fault[] = [
  'reset',
  'half-close to the viewer',
  'half-close to the server',
  'freeze',
  'black hole',
  'truncation to the viewer',
  'truncation to the server',
  'cut during an upgrade',
  'cut during an acknowledgement',
];

/** What a Socket.IO acknowledgement looks like on the wire, uncompressed, over any transport. */
const ACKNOWLEDGEMENT = '43/streaming,';

/** What is cut when it passes next, and by what it is known. */
const CUTS: Partial<Record<Fault, string>> = {
  'cut during an upgrade': 'Upgrade: websocket',
  'cut during an acknowledgement': ACKNOWLEDGEMENT,
};

/** The network between one viewer and the server, which a test can make fail. */
export class FaultyNetwork implements Passage {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #events = new EventEmitter();
  /** Connections that were silenced until their viewer made another. */
  readonly #abandoned = new Set<Link>();
  /** What is to be cut when it passes. */
  #armed: string | undefined;
  /** The session over which the server last acknowledged something. */
  #followed: unknown;

  private constructor(targetPort: number) {
    this.#server = createServer({ allowHalfOpen: true }, (inbound) => {
      const outbound = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
      const link = new Link(inbound, outbound, this);
      this.#links.add(link);
      void link.closed.then(() => this.#links.delete(link));
      this.#events.emit('link');
      this.#events.emit('passed');
    });
  }

  static async start(target: string): Promise<FaultyNetwork> {
    const network = new FaultyNetwork(Number(new URL(target).port));
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What it is in, for whoever waits for a fault to be over. */
  get state(): string {
    const links = [...this.#links].map(({ isInUse }) => (isInUse ? 'in use' : 'idle'));
    const armed = this.#armed === undefined ? '' : `, "${this.#armed}" has not come`;
    return `links: ${links.join(', ') || 'none'}; ${this.#isFollowed ? '' : 'not '}followed${armed}`;
  }

  /** Drops every connection, as the reload of a page does. */
  drop(): void {
    this.#followed = undefined;
    for (const link of this.#links) link.destroy();
    this.#links.clear();
  }

  /**
   * Makes every present connection, and at least one that is in use, suffer a fault. Resolves when that
   * is over, or when the viewer has given up a silent connection and makes another.
   */
  async inflict(fault: Fault): Promise<void> {
    if (fault === 'freeze' || fault === 'black hole') return this.#silence(fault);
    while (![...this.#links].some((link) => link.isInUse)) await this.#passing();
    const hit = [...this.#links];
    const sign = CUTS[fault];
    if (sign !== undefined) return this.#cut(sign, hit);
    const suffered = Promise.all(hit.map((link) => link.suffer(fault)));
    await Promise.race([suffered, once(this.#events, 'link')]);
    // One that nobody uses any more does not notice.
    for (const link of hit) link.destroy();
  }

  /** Ends the sessions of `hit`, so that the viewer begins anew, and cuts that when it comes to `sign`. */
  async #cut(sign: string, hit: readonly Link[]): Promise<void> {
    this.#armed = sign;
    for (const link of hit) void link.suffer('reset');
    const ended = new Set(hit.map(({ session }) => session));
    while (this.#armed !== undefined) {
      // The viewer may have lost only what it can do without, such as an upgrade.
      for (const link of this.#links)
        if (link.session !== undefined && ended.has(link.session)) void link.suffer('reset');
      await this.#passing();
    }
  }

  /** Nobody is told of it, so it begins when the viewer follows something, and not while it connects. */
  async #silence(fault: Fault): Promise<void> {
    while (!this.#isFollowed) await this.#passing();
    const silent = [...this.#links];
    const suffered = Promise.all(silent.map((link) => link.suffer(fault)));
    await Promise.race([suffered, once(this.#events, 'link')]);
    for (const link of silent) if (link.isSilent) this.#abandon(link);
  }

  /** Whether the viewer listens over the session in which it was acknowledged something. */
  get #isFollowed(): boolean {
    const session = this.#followed;
    if (session === undefined) return false;
    return [...this.#links].some((link) => link.listens && link.session === session);
  }

  /** Something passes, or is cut. */
  #passing(): Promise<unknown> {
    return once(this.#events, 'passed');
  }

  /** Both sides still have the connection, and neither uses it. */
  #abandon(link: Link): void {
    this.#links.delete(link);
    this.#abandoned.add(link);
    void link.closed.then(() => this.#abandoned.delete(link));
  }

  passed(link: Link, chunk: Buffer): void {
    if (chunk.includes(ACKNOWLEDGEMENT)) this.#followed = link.session;
    this.#events.emit('passed');
  }

  cutsAt(chunk: Buffer): boolean {
    if (this.#armed === undefined || !chunk.includes(this.#armed)) return false;
    this.#armed = undefined;
    this.#events.emit('passed');
    return true;
  }

  close(): Promise<unknown> {
    for (const link of [...this.#links, ...this.#abandoned]) link.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
