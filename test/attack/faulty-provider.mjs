// An identity provider that answers what it is told to.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

export class FaultyProvider {
  /** The key set. */
  keys = [];
  isDown = false;
  /** What is answered about each token. */
  introspections = new Map();

  static async start() {
    const server = createServer((request, response) => void provider.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const provider = new FaultyProvider(server);
    return provider;
  }

  constructor(server) {
    this.server = server;
    this.issuer = `http://127.0.0.1:${server.address().port}`;
    server.unref();
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #answer(request, response) {
    if (this.isDown) return response.writeHead(503).end();
    const { issuer } = this;
    if (request.url === '/jwks') return send(response, { keys: this.keys });
    if (request.url?.includes('/.well-known/')) {
      const endpoints = {
        jwks_uri: `${issuer}/jwks`,
        introspection_endpoint: `${issuer}/introspect`,
      };
      return send(response, { issuer, ...endpoints });
    }
    const token = new URLSearchParams(await text(request)).get('token');
    const answer = this.introspections.get(token) ?? { status: 200, body: '{"active":false}' };
    if (answer === 'hang') return undefined;
    if (answer === 'reset') return request.socket.destroy();
    if (answer === 'endless') {
      const more = () => response.write('{"active":true,'.repeat(10_000), more);
      return more();
    }
    const headers = { 'content-type': 'application/json', ...answer.headers };
    return response.writeHead(answer.status, headers).end(answer.body);
  }
}

function send(response, value) {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}
