import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { startHttpApp } from './http-app.js';
import {
  StreamingHttpModule,
  StreamingModule,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import { type StreamingHttpOptions } from '../../../src/entries/gateway.js';
import { onTestEnd } from '../../support/streaming-app.js';

const ADA = { principalId: 'ada' };

describe('StreamingHttpModule', () => {
  describe('without a word about authentication', () => {
    const boot = async (gateway?: WebSocketGatewayOptions): Promise<void> => {
      const module = await Test.createTestingModule({
        imports: [
          StreamingModule.forRoot(gateway ? { gateway } : {}),
          StreamingHttpModule.forRoot(),
        ],
      }).compile();
      const app = module.createNestApplication({ logger: false });
      onTestEnd(() => app.close());
      await app.init();
    };
    const { NODE_ENV } = process.env;
    afterEach(() => {
      process.env['NODE_ENV'] = NODE_ENV;
    });

    it('fails the boot in production, also where no gateway listens', async () => {
      process.env['NODE_ENV'] = 'production';
      await expect(boot()).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
      await boot({ enabled: false, authentication: false });
    });

    it('says loudly that it is open', async () => {
      const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
      await boot();
      const lines = warn.mock.calls.map(([line]) => String(line));
      warn.mockRestore();
      expect(lines).toContainEqual(expect.stringContaining('AUTHENTICATION IS OFF at streaming'));
    });
  });

  it('has the routes that it is given, with a gateway that does not listen', async () => {
    const app = await startHttpApp({
      gateway: { enabled: false },
      http: { path: 'api/live', executions: 'runs/:id/updates', rooms: false },
    });
    const { executionId } = app.streaming.run(async () => undefined, { owner: ADA });
    const stream = await app.open(`/api/live/runs/${executionId}/updates`);
    await stream.ended();
    expect([stream.status, stream.updates.length]).toEqual([200, 2]);
    const [room, socket] = [
      await app.open('/api/live/rooms/lobby'),
      await app.open('/socket.io/?EIO=4&transport=polling'),
    ];
    expect([room.status, socket.status]).toEqual([404, 404]);
  });

  it.each([
    [{ heartbeatMs: 0 }, ['heartbeatMs']],
    [{ executions: 'runs', rooms: '' }, ['executions', 'rooms']],
    [{ heartbeat: 5 } as StreamingHttpOptions, ['heartbeat']],
  ])('refuses %j', (options, paths) => {
    expect(() => StreamingHttpModule.forRoot(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        issues: paths.map((path) => expect.objectContaining({ path })),
      }),
    );
  });
});
