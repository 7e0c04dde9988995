import {
  BadRequestException,
  ConflictException,
  ForbiddenException,
  HttpException,
  ImATeapotException,
  Logger,
  NotFoundException,
  RequestTimeoutException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WsException } from '@nestjs/websockets';
import { GatewayErrorHandler } from './gateway-error-handler.js';
import { StreamingError } from './streaming.error.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';

const fails = (): never => {
  throw new Error('a getter');
};

describe('GatewayErrorHandler', () => {
  const logged: [string, string][] = [];

  beforeEach(() => {
    logged.length = 0;
    for (const level of ['error', 'warn', 'debug'] as const) {
      jest
        .spyOn(Logger.prototype, level)
        .mockImplementation((line: unknown) => void logged.push([level, String(line)]));
    }
  });
  afterEach(() => void jest.restoreAllMocks());

  it('answers an error of the protocol as it is', () => {
    const error = new StreamingError('RATE_LIMITED', 'Wait.', { retryAfterMs: 5 });
    expect(new GatewayErrorHandler().handle(error)).toEqual({
      code: 'RATE_LIMITED',
      message: 'Wait.',
      retryable: true,
      retryAfterMs: 5,
      correlationId: expect.stringMatching(UUID),
    });
  });

  it.each<[string, unknown]>([
    ['an error', new Error('SELECT * FROM users failed')],
    [
      'an error that only the application knows',
      new StreamingError('SOURCE_OVERFLOW', 'secret detail'),
    ],
    ['a text', 'secret detail'],
    ['nothing', undefined],
    ['null', null],
    [
      'an object that looks like an error',
      { code: 'FORBIDDEN', message: 'secret detail', stack: 'x' },
    ],
    ['a WsException with the client data in it', new WsException({ echo: 'secret detail' })],
    ['an HTTP exception that blames the server', new ServiceUnavailableException('secret detail')],
    ['an HTTP exception that time may heal', new RequestTimeoutException('secret detail')],
    ['an HTTP exception that is no error', new HttpException('secret detail', 302)],
  ])('answers %s without any detail', (_, thrown) => {
    expect(new GatewayErrorHandler().handle(thrown)).toEqual({
      code: 'INTERNAL_ERROR',
      message: 'The server failed; the correlation id is in its log.',
      retryable: true,
      correlationId: expect.stringMatching(UUID),
    });
  });

  it.each([
    [new WsException('Forbidden resource'), 'FORBIDDEN'],
    [new ForbiddenException('because of x'), 'FORBIDDEN'],
    [new BadRequestException(['x must be a text']), 'INVALID_PAYLOAD'],
    [new NotFoundException('because of x'), 'INVALID_PAYLOAD'],
    [new ConflictException('because of x'), 'INVALID_PAYLOAD'],
    [new ImATeapotException('because of x'), 'INVALID_PAYLOAD'],
  ])('answers what Nest throws with a code, and blames no server: %s', (thrown, code) => {
    const body = new GatewayErrorHandler().handle(thrown);
    expect(body).toMatchObject({ code, retryable: false });
    expect(body.message).not.toMatch(/because|x must/);
    expect(logged.map(([level]) => level)).toEqual(['debug']);
  });

  it('logs a fault of the server with stack, causes and the correlation id of the answer', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const { correlationId } = new GatewayErrorHandler().handle(error, {
      event: 'join_room',
      connectionId: 'c1',
    });
    expect(logged).toHaveLength(1);
    const [[level, line] = ['', '']] = logged;
    expect(level).toBe('error');
    expect(line).toContain(`INTERNAL_ERROR ${correlationId} [join_room c1] Error: outer\n    at `);
    expect(line).toContain('<- Error: inner\n    at ');
  });

  it.each([
    ['AUTHENTICATION_FAILED', 'warn'],
    ['INVALID_PAYLOAD', 'debug'],
    ['RATE_LIMITED', 'debug'],
    ['SOURCE_FAILED', 'error'],
  ] as const)('logs %s as %s', (code, level) => {
    new GatewayErrorHandler().handle(new StreamingError(code, 'text'));
    expect(logged.map(([one]) => one)).toEqual([level]);
  });

  it('writes no credential to the log', () => {
    const cause = new Error(`token=${JWT} refused by https://user:hunter2@id.example.com`);
    new GatewayErrorHandler().handle(new Error(`Authorization: Bearer ${JWT}`, { cause }));
    new GatewayErrorHandler().handle(`{"apiKey":"k-123","password":"hunter2","ticket":"t-1"}`);
    const text = logged.map(([, line]) => line).join('\n');
    expect(text).not.toMatch(/eyJ|c2lnbmF0dXJl|hunter2|k-123|t-1/);
    expect(text).toContain('[redacted]');
  });

  it('lets no event name write a log line of its own', () => {
    new GatewayErrorHandler().handle(new StreamingError('FORBIDDEN', 'no'), {
      event: 'x\nERROR forged\r\tand more',
    });
    expect(logged[0]?.[1]).toMatch(
      /\[x\\u000aERROR forged\\u000d\\u0009and more\] StreamingError: no$/,
    );
  });

  it.each<[string, unknown]>([
    ['a message', new Error('x\nERROR forged \u009b31m \u202e')],
    ['a cause', new Error('x', { cause: new Error('y\nERROR forged') })],
    ['a name', Object.assign(new Error('x'), { name: 'a\nERROR forged' })],
    ['a text', 'x\r\nERROR forged'],
  ])('lets %s of a client write no log line of its own', (_, thrown) => {
    new GatewayErrorHandler().handle(thrown);
    const lines = (logged[0]?.[1] ?? '').split('\n');
    expect(lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
    expect(lines.join('')).toContain('ERROR forged');
    expect(lines.join('')).not.toMatch(/[\u0080-\u009f\u202e\r]/);
  });

  it.each<[string, () => unknown]>([
    ['message', () => Object.defineProperty(new Error('x'), 'message', { get: fails })],
    ['stack', () => Object.defineProperty(new Error('x'), 'stack', { get: fails })],
    ['cause', () => Object.defineProperty(new Error('x'), 'cause', { get: fails })],
    ['name', () => Object.defineProperty(new Error('x'), 'name', { get: fails })],
  ])('answers an error whose %s throws', (_, make) => {
    expect(new GatewayErrorHandler().handle(make())).toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(logged).toHaveLength(1);
  });

  it('logs one line per cause and minute, and the others where they disturb nobody', () => {
    const handler = new GatewayErrorHandler();
    const refused = (): StreamingError => new StreamingError('AUTHENTICATION_FAILED', 'no');
    for (let count = 0; count < 100; count += 1)
      handler.handle(refused(), { event: 'handshake', connectionId: String(count) });
    handler.handle(refused(), { event: 'authentication' });
    const fault = new Error('a bug');
    for (let count = 0; count < 100; count += 1) handler.handle(fault);
    handler.handle(new Error('another bug'));
    const levels = logged.map(([level]) => level);
    expect(levels.filter((level) => level === 'warn')).toHaveLength(2);
    expect(levels.filter((level) => level === 'error')).toHaveLength(2);
    expect(levels.filter((level) => level === 'debug')).toHaveLength(198);
  });

  it('takes faults of one place for one cause, whatever a client makes them say', () => {
    const handler = new GatewayErrorHandler();
    const fault = (text: string): Error => new Error(`cannot handle ${text}`);
    for (let count = 0; count < 100; count += 1)
      handler.handle(fault(String(count)), { event: 'own', connectionId: String(count) });
    for (let count = 0; count < 100; count += 1) handler.handle(`text ${count}`, { event: 'own' });
    expect(logged.filter(([level]) => level === 'error')).toHaveLength(2);
    expect(logged.filter(([level]) => level === 'debug')).toHaveLength(198);
  });

  it('says how many lines were left out', () => {
    jest.useFakeTimers();
    try {
      const handler = new GatewayErrorHandler();
      const refuse = (): unknown =>
        handler.handle(new StreamingError('AUTHENTICATION_FAILED', 'no'));
      for (let count = 0; count < 8; count += 1) refuse();
      jest.advanceTimersByTime(60_001);
      refuse();
    } finally {
      jest.useRealTimers();
    }
    const warnings = logged.filter(([level]) => level === 'warn').map(([, line]) => line);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toMatch(/\(and 7 more before\)$/);
  });

  it('gives every error a correlation id of its own', () => {
    const handler = new GatewayErrorHandler();
    const ids = Array.from({ length: 50 }, () => handler.handle(new Error('x')).correlationId);
    expect(new Set(ids).size).toBe(50);
  });
});
