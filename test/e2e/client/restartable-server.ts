import { Test } from '@nestjs/testing';
import type { INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { StreamingModule, StreamingService } from '../../../src/index.js';

interface RunningApp {
  readonly app: INestApplication;
  readonly streaming: StreamingService;
  /** Takes the network away, as a process that dies does: nobody is told anything. */
  readonly crash: () => void;
}

/** An application that can crash and be started anew at the same address, with an empty log. */
export class RestartableServer {
  private constructor(
    public app: RunningApp,
    private readonly port: number,
    private readonly drainMs: number,
  ) {}

  /** @param drainMs - how long runs may go on when it closes */
  static async start(drainMs = 0): Promise<RestartableServer> {
    const app = await boot(drainMs);
    await app.app.listen(0, '127.0.0.1');
    const { port } = app.app.getHttpServer().address() as AddressInfo;
    return new RestartableServer(app, port, drainMs);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Crashes, and begins anew. @param prepare - runs before the new application takes connections */
  async restart(prepare?: (app: RunningApp) => unknown): Promise<void> {
    this.app.crash();
    await this.redeploy(prepare);
  }

  /** Closes as an application does that is told to, and begins anew. */
  async redeploy(prepare: (app: RunningApp) => unknown = () => undefined): Promise<void> {
    await this.app.app.close();
    this.app = await boot(this.drainMs);
    await this.app.app.init();
    prepare(this.app);
    await this.app.app.listen(this.port, '127.0.0.1');
  }

  close(): Promise<void> {
    return this.app.app.close();
  }
}

async function boot(drainMs: number): Promise<RunningApp> {
  const imports = [
    StreamingModule.forRoot({
      gateway: { rooms: '*' },
      tokens: { flushIntervalMs: 0 },
      executions: { drainMs, cleanupMs: 0 },
    }),
  ];
  const module = await Test.createTestingModule({ imports }).compile();
  const app = module.createNestApplication({ logger: false });
  const server: Server = app.getHttpServer();
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  const crash = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { app, streaming: app.get(StreamingService), crash };
}
