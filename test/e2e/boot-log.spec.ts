import { describe, expect, it } from '@jest/globals';
import type { ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  StreamingAgent,
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
  type StreamingModuleOptions,
} from '../../src/index.js';
import { freePort } from '../support/free-port.js';
import { loggedLines } from '../support/logged-lines.js';
import { startApp } from '../support/streaming-app.js';

const logged = loggedLines('log');
const told = (): readonly string[] => logged.filter((line) => /^(?:gateways|agents):/i.test(line));

@StreamingAgent('support')
class Support {
  source = (): readonly string[] => ['Hello'];
}

@StreamingAgent('sales')
class Sales extends Support {}

@StreamingGateway({ namespace: '/other' })
class Other extends StreamingWebSocketGateway {}

const ROWS: readonly [
  what: string,
  options: StreamingModuleOptions,
  providers: NonNullable<ModuleMetadata['providers']>,
  line: readonly string[],
][] = [
  ['a gateway', { gateway: {} }, [], ['Gateways: /streaming']],
  [
    'a gateway with agents',
    { gateway: {} },
    [Support, Sales],
    ['Gateways: /streaming; agents: support, sales'],
  ],
  ['several gateways', { gateway: {} }, [Other], ['Gateways: /other, /streaming']],
  ['agents without a gateway', {}, [Support], ['Agents: support']],
  ['neither', {}, [], []],
];

describe('a started application logs in one line', () => {
  it.each(ROWS)('%s', async (_, options, providers, line) => {
    await startApp(options, { providers });
    expect(told().map((one) => sorted(one))).toEqual(line.map((one) => sorted(one)));
  });

  it('a gateway with its own port', async () => {
    await startApp({ gateway: { port: await freePort() } });
    expect(told()).toEqual(['Gateways: /streaming']);
  });

  it('no gateway if it serves none, as without an HTTP server', async () => {
    const app = await Test.createTestingModule({
      imports: [StreamingModule.forRoot({ gateway: {} })],
      providers: [Support],
    }).compile();
    await app.init();
    await app.close();
    expect(told()).toEqual(['Agents: support']);
  });
});

/** Nest initialises gateways in no promised order. */
function sorted(line: string): readonly string[] {
  return line.split(/[;,:] /).toSorted();
}
