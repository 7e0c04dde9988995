import type { Server as HttpServer } from 'node:http';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { StreamingError } from '../../errors/streaming.error.js';
import type { GatewayServer } from '../../gateway/socket-types.js';

/** The part of a Nest HTTP adapter that is used here. */
interface ListeningAdapter {
  listen(...args: unknown[]): unknown;
  getHttpServer(): HttpServer;
}

/**
 * Handles gateways with a separate port. Socket.IO opens such a port without reporting success or failure.
 * Here a port that is in use fails the boot. If the port is the port of the application, the gateway uses the
 * application's server, because a port cannot be bound twice.
 */
@Injectable()
export class OwnPortGateways implements OnApplicationBootstrap {
  readonly #listening = new Map<
    number,
    { readonly server: GatewayServer; readonly ready: Promise<void> }
  >();

  constructor(private readonly host: HttpAdapterHost) {}

  /** Watches a server that Socket.IO has just opened on `port`. */
  add(port: number, server: GatewayServer): void {
    if (this.#listening.has(port)) return;
    const ready = listening(server.httpServer as HttpServer, port);
    // Awaited at bootstrap. Until then, a rejection must not count as unhandled.
    ready.catch(() => undefined);
    this.#listening.set(port, { server, ready });
  }

  async onApplicationBootstrap(): Promise<void> {
    await Promise.all([...this.#listening.values()].map(({ ready }) => ready));
    const adapter = this.host.httpAdapter as ListeningAdapter | undefined;
    if (this.#listening.size === 0 || !adapter) return;
    const listen = adapter.listen.bind(adapter);
    adapter.listen = (...args) => {
      this.#moveTo(adapter, portOf(args[0]));
      return listen(...args);
    };
  }

  #moveTo(adapter: ListeningAdapter, port: number | undefined): void {
    const own = port === undefined ? undefined : this.#listening.get(port);
    if (port === undefined || !own) return;
    this.#listening.delete(port);
    (own.server.httpServer as HttpServer).close();
    own.server.attach(adapter.getHttpServer());
  }
}

function listening(server: HttpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (server.listening) {
      resolve();
      return;
    }
    server.once('listening', resolve);
    server.once('error', (cause) =>
      reject(
        new StreamingError(
          'GATEWAY_PORT_UNAVAILABLE',
          `The gateway cannot listen on port ${port}. Set gateway.port to a free port, or remove the option to use the application's port.`,
          { cause },
        ),
      ),
    );
  });
}

/** The port in the first argument of `app.listen`: a number, a numeric string or `{ port }`. */
function portOf(target: unknown): number | undefined {
  const port =
    typeof target === 'object' && target !== null && 'port' in target ? target.port : target;
  const number = typeof port === 'string' ? Number(port) : port;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}
