import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';

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

type Direction = 'toServer' | 'toViewer';

/** How many chunks a frozen connection holds before they all arrive at once. */
const FROZEN_CHUNKS = 6;

/** How a server answers an upgrade that it accepts. */
const SWITCH = 'HTTP/1.1 101 ';
/** The session that a request belongs to. */
const SESSION = /^[A-Z]+ \S+[?&]sid=([\w-]+)/;

/** The network that a link belongs to. */
export interface Passage {
  /** Whether the link breaks off at this chunk. */
  cutsAt(chunk: Buffer): boolean;
  /** A chunk has passed. */
  passed(link: Link, chunk: Buffer): void;
}

/** One TCP connection through the network. */
export class Link {
  readonly closed: Promise<unknown>;
  #fault: Fault | undefined;
  #last: Direction | undefined;
  #isWebSocket = false;
  #isPost = false;
  #session: string | undefined;
  readonly #held: [Direction, Buffer][] = [];
  readonly #events = new EventEmitter();

  constructor(
    private readonly inbound: Socket,
    private readonly outbound: Socket,
    private readonly network: Passage,
  ) {
    this.closed = new Promise((resolve) => inbound.once('close', resolve));
    this.#forward('toServer', inbound, outbound);
    this.#forward('toViewer', outbound, inbound);
  }

  /** Whether nothing passes, and nobody was told. */
  get isSilent(): boolean {
    return this.#fault === 'freeze' || this.#fault === 'black hole';
  }

  /** Whether its viewer waits for something: a link over which a poll was answered is not missed. */
  get isInUse(): boolean {
    return this.#isWebSocket || this.#last !== 'toViewer';
  }

  /** Whether its viewer waits for updates. */
  get listens(): boolean {
    return this.isInUse && !this.#isPost;
  }

  /** The session of Engine.IO: its id, or the link where a session is one link; absent while it begins. */
  get session(): unknown {
    return this.#session ?? (this.#isWebSocket ? this : undefined);
  }

  /** Resolves when the fault is over: the connection is closed, or goes on. */
  async suffer(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === 'reset') this.#reset();
    else if (fault === 'half-close to the viewer') this.inbound.end();
    else if (fault === 'half-close to the server') this.outbound.end();
    await Promise.race([this.closed, once(this.#events, 'thawed')]);
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
    if (this.network.cutsAt(chunk)) return this.#reset();
    if (this.#fault === 'black hole') return;
    if (this.#fault === 'freeze') return this.#hold(direction, chunk);
    if (
      this.#fault === `truncation ${direction === 'toViewer' ? 'to the viewer' : 'to the server'}`
    ) {
      to.write(chunk.subarray(0, chunk.length >> 1), () => this.#reset());
      return;
    }
    if (!to.writable) return;
    this.#read(direction, chunk);
    to.write(chunk);
    this.network.passed(this, chunk);
  }

  #read(direction: Direction, chunk: Buffer): void {
    this.#last = direction;
    this.#isWebSocket ||= chunk.includes(SWITCH);
    if (direction === 'toViewer' || this.#isWebSocket) return;
    const text = chunk.toString('latin1');
    if (/^(GET|POST) /.test(text)) this.#isPost = text.startsWith('POST');
    this.#session = SESSION.exec(text)?.[1] ?? this.#session;
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
