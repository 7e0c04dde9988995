// What attackers do: requests, transports and messages that no client would send.
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { AUDIENCE, ISSUER, KEY, SECRET } from './secrets.mjs';

export const SEPARATOR = '\u001e';
const PATIENCE_MS = 8_000;
let addresses = 0;

/** A good token of somebody, except for what is given. */
export function tokenOf(sub, claims = {}, { key = KEY, alg = 'HS256' } = {}) {
  const payload = { sub, org: 'acme', iss: ISSUER, aud: AUDIENCE, ...claims };
  return new SignJWT({ exp: Math.floor(Date.now() / 1_000) + 600, ...payload })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));
}

// Attackers wait for what must not happen, so there is no event to wait for.
export { sleep };

/** One attacker, with an address of its own, who counts what it sends and keeps what it reads. */
export class Attacker {
  sent = 0;
  read = '';
  #sockets = [];

  constructor(url) {
    this.url = url;
    addresses += 1;
    this.address = `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
  }

  get hasSecret() {
    return this.read.includes(SECRET);
  }

  #headers(headers) {
    return { 'x-forwarded-for': this.address, ...headers };
  }

  /** One HTTP request to the engine. Status 0: the server broke it off. */
  ask({ method = 'GET', query = '', headers = {}, body, path = '/socket.io/' } = {}) {
    this.sent += 1;
    return new Promise((resolve) => {
      const url = `${this.url}${path}?EIO=4&transport=polling${query}`;
      const sent = request(
        url,
        { method, headers: this.#headers(headers), agent: false },
        (response) => {
          text(response).then(
            (answer) => {
              this.read += answer;
              resolve({ status: response.statusCode, headers: response.headers, body: answer });
            },
            () => resolve({ status: 0, headers: {}, body: '' }),
          );
        },
      );
      sent.setTimeout(PATIENCE_MS, () => sent.destroy());
      sent.on('error', () => resolve({ status: 0, headers: {}, body: '' }));
      sent.end(body);
    });
  }

  /** Opens a polling session. */
  async poll(headers = {}) {
    const { body, status } = await this.ask({ headers });
    if (status !== 200) return undefined;
    const { sid } = JSON.parse(body.slice(1));
    const query = `&sid=${sid}`;
    return {
      query,
      post: (packets, more = {}) =>
        this.ask({ method: 'POST', body: packets, query, headers: more }),
      read: (more = {}) => this.ask({ query, headers: more }),
      isGone: async () => (await this.ask({ method: 'POST', body: '3', query })).status !== 200,
    };
  }

  /** Opens a WebSocket; undefined when it is refused. */
  async connect({ headers = {}, query = '' } = {}) {
    const url = `${this.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket${query}`;
    const socket = new WebSocket(url, { headers: this.#headers(headers) });
    this.#sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('message', (/** @type {Buffer} */ data) => (this.read += data.toString()));
    this.sent += 1;
    const opened = once(socket, 'open').then(() => true);
    const isOpen = await Promise.race([opened, once(socket, 'close').then(() => false)]).catch(
      () => false,
    );
    if (!isOpen) return undefined;
    return {
      socket,
      send: (packet) => {
        this.sent += 1;
        if (socket.readyState === WebSocket.OPEN) socket.send(packet);
      },
      /** Whether the server closes it in time. */
      closes: async (ms = PATIENCE_MS) => {
        if (socket.readyState === WebSocket.CLOSED) return true;
        return Promise.race([once(socket, 'close').then(() => true), sleep(ms).then(() => false)]);
      },
    };
  }

  /** Joins the namespace with a token. */
  async join(token, options) {
    const raw = await this.connect(options);
    if (!raw) return undefined;
    raw.send(`40/streaming,${JSON.stringify({ token })}`);
    return (await this.answered(/4[04]\/streaming,/)) && /40\/streaming,\{"sid/.test(this.read)
      ? raw
      : undefined;
  }

  /** Sends an event. @returns the acknowledgement, or undefined without one */
  async event(raw, name, payload, id) {
    raw.send(`42/streaming,${id}${JSON.stringify([name, payload])}`);
    const pattern = new RegExp(`43/streaming,${id}\\[(.*?\\})\\]`);
    if (!(await this.answered(pattern))) return undefined;
    return this.read.match(pattern)[1];
  }

  /** Whether something is read in time. */
  async answered(pattern, ms = 2_000) {
    for (let waited = 0; waited < ms; waited += 10) {
      if (pattern.test(this.read)) return true;
      await sleep(10);
    }
    return false;
  }

  leave() {
    for (const socket of this.#sockets) socket.terminate();
  }
}
