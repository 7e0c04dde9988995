import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to a connection between a viewer and the server. */
export type Fault =
  | 'reset'
  | 'half-close to the viewer'
  | 'half-close to the server'
  | 'freeze'
  | 'black hole'
  | 'truncation to the viewer'
  | 'truncation to the server'
  | 'cut during an upgrade'
  | 'cut during an acknowledgement';

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

type Direction = 'toServer' | 'toViewer';

/** How many chunks a frozen connection holds before they all arrive at once. */
const FROZEN_CHUNKS = 6;

/** What a Socket.IO acknowledgement looks like on the wire, uncompressed, over any transport. */
const ACKNOWLEDGEMENT = '43/streaming,';

/** How a server answers an upgrade that it accepts. */
const SWITCH = 'HTTP/1.1 101 ';

/** One TCP connection through the network. */
class Link {
  #fault: Fault | undefined;
  #last: Direction | undefined;
  #isWebSocket = false;
  readonly #held: [Direction, Buffer][] = [];
  readonly closed: Promise<unknown>;
  readonly #events = new EventEmitter();

  constructor(
    private readonly inbound: Socket,
    private readonly outbound: Socket,
    private readonly network: FaultyNetwork,
  ) {
    this.closed = new Promise((resolve) => inbound.once('close', resolve));
    this.#forward('toServer', inbound, outbound);
    this.#forward('toViewer', outbound, inbound);
  }

  /** Resolves when the fault is over: the connection is closed, or goes on. */
  async suffer(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === 'reset') this.#reset();
    else if (fault === 'half-close to the viewer') this.inbound.end();
    else if (fault === 'half-close to the server') this.outbound.end();
    await Promise.race([this.closed, once(this.#events, 'thawed')]);
  }

  /** Whether nothing passes, and nobody was told. */
  get isSilent(): boolean {
    return this.#fault === 'freeze' || this.#fault === 'black hole';
  }

  /** Whether its viewer waits for something: a link over which a poll was answered is not missed. */
  get isInUse(): boolean {
    return this.#isWebSocket || this.#last !== 'toViewer';
  }

  destroy(): void {
    this.inbound.destroy();
    this.outbound.destroy();
  }

  #forward(direction: Direction, from: Socket, to: Socket): void {
    from.on('error', () => undefined);
    from.on('data', (chunk: Buffer) => this.#pass(direction, chunk, to));
    // What one side ends, it ends on the other; a half-closed side may still be written to.
    from.on('end', () => to.end());
    from.on('close', () => to.destroy());
  }

  #pass(direction: Direction, chunk: Buffer, to: Socket): void {
    if (this.network.takesOnce('cut during an upgrade', chunk, 'Upgrade: websocket'))
      return this.#reset();
    if (this.network.takesOnce('cut during an acknowledgement', chunk, ACKNOWLEDGEMENT))
      return this.#reset();
    if (this.#fault === 'black hole') return;
    if (this.#fault === 'freeze') return this.#hold(direction, chunk);
    if (
      this.#fault === `truncation ${direction === 'toViewer' ? 'to the viewer' : 'to the server'}`
    ) {
      to.write(chunk.subarray(0, chunk.length >> 1), () => this.#reset());
      return;
    }
    if (!to.writable) return;
    this.#last = direction;
    this.#isWebSocket ||= chunk.includes(SWITCH);
    this.network.passes(chunk);
    to.write(chunk);
  }

  #hold(direction: Direction, chunk: Buffer): void {
    this.#held.push([direction, chunk]);
    if (this.#held.length < FROZEN_CHUNKS) return;
    this.#fault = undefined;
    for (const [held, bytes] of this.#held.splice(0))
      (held === 'toServer' ? this.outbound : this.inbound).write(bytes);
    this.#events.emit('thawed');
  }

  #reset(): void {
    this.inbound.resetAndDestroy();
    this.outbound.resetAndDestroy();
  }
}

/** The network between one viewer and the server, which a test can make fail. */
export class FaultyNetwork {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #events = new EventEmitter();
  /** Connections that were silenced until their viewer made another. */
  readonly #abandoned = new Set<Link>();
  #armed: Fault | undefined;
  /** Whether the server acknowledged something since the last silence. */
  #isFollowed = false;

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
    const armed = this.#armed ? `, "${this.#armed}" is to come` : '';
    return `links: ${links.join(', ') || 'none'}; followed: ${this.#isFollowed}${armed}`;
  }

  /** Drops every connection, as the reload of a page does. */
  drop(): void {
    this.#isFollowed = false;
    for (const link of this.#links) link.destroy();
    this.#links.clear();
  }

  /**
   * Makes every present connection, and at least one that is in use, suffer a fault. Resolves when that is over, or when
   * the viewer has given up a silent connection and makes another.
   */
  async inflict(fault: Fault): Promise<void> {
    if (fault === 'freeze' || fault === 'black hole') return this.#silence(fault);
    while (!this.#isInUse) await once(this.#events, 'passed');
    const wasFollowed = this.#isFollowed;
    this.#isFollowed = false;
    if (fault !== 'cut during an upgrade' && fault !== 'cut during an acknowledgement') {
      const hit = [...this.#links];
      const suffered = Promise.all(hit.map((link) => link.suffer(fault)));
      await Promise.race([suffered, once(this.#events, 'link')]);
      // One that nobody uses any more does not notice.
      for (const link of hit) link.destroy();
      // What was half closed can have been answered all the same.
      if (!hit.some((link) => link.isInUse)) this.#isFollowed ||= wasFollowed;
      return;
    }
    // The next connection makes an upgrade, and is acknowledged something.
    this.#armed = fault;
    const taken = once(this.#events, 'taken');
    for (const link of this.#links) void link.suffer('reset');
    await taken;
  }

  /** Nobody is told of it, so it begins when the viewer follows something, and not while it connects. */
  async #silence(fault: Fault): Promise<void> {
    while (!this.#isFollowed || !this.#isInUse) await once(this.#events, 'passed');
    this.#isFollowed = false;
    const silent = [...this.#links];
    const suffered = Promise.all(silent.map((link) => link.suffer(fault)));
    await Promise.race([suffered, once(this.#events, 'link')]);
    for (const link of silent) {
      if (link.isSilent) this.#abandon(link);
      else if (this.#links.has(link)) this.#isFollowed = true;
    }
  }

  /** Both sides still have the connection, and neither uses it. */
  #abandon(link: Link): void {
    this.#links.delete(link);
    this.#abandoned.add(link);
    void link.closed.then(() => this.#abandoned.delete(link));
  }

  get #isInUse(): boolean {
    return [...this.#links].some((link) => link.isInUse);
  }

  /** A chunk passes. */
  passes(chunk: Buffer): void {
    this.#isFollowed ||= chunk.includes(ACKNOWLEDGEMENT);
    this.#events.emit('passed');
  }

  /** Whether a chunk of a connection is the one that a fault waits for. */
  takesOnce(fault: Fault, chunk: Buffer, sign: string): boolean {
    if (this.#armed !== fault || !chunk.includes(sign)) return false;
    this.#armed = undefined;
    this.#events.emit('taken');
    return true;
  }

  close(): Promise<unknown> {
    for (const link of [...this.#links, ...this.#abandoned]) link.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
