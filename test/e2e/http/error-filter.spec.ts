import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Post, UseFilters } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  SamlStrategy,
  StreamingError,
  StreamingErrorFilter,
  StreamingModule,
  StreamingService,
} from '../../../src/index.js';
import { SamlIdentityProvider } from '../../support/saml-identity-provider.js';
import { onTestEnd } from '../../support/streaming-app.js';

const saml = new SamlStrategy(new SamlIdentityProvider().options);

@Controller()
@UseFilters(StreamingErrorFilter)
class Routes {
  constructor(private readonly streaming: StreamingService) {}

  @Post('saml/callback')
  callback(@Body('SAMLResponse') response: string): Promise<unknown> {
    return saml.exchange(response);
  }

  @Post('cancel')
  cancel(): Promise<void> {
    return this.streaming.cancel('missing');
  }

  @Post('busy')
  busy(): never {
    throw new StreamingError('RATE_LIMITED', 'Wait a little.', { retryAfterMs: 1_500 });
  }

  @Post('bug')
  bug(): never {
    throw new StreamingError('SOURCE_OVERFLOW', 'a secret detail');
  }
}

describe.each(['express', 'fastify'] as const)('StreamingErrorFilter on %s', (platform) => {
  const post = async (path: string, body: object = {}) => {
    const module = await Test.createTestingModule({
      imports: [StreamingModule.forRoot()],
      controllers: [Routes],
    }).compile();
    const app =
      platform === 'fastify'
        ? module.createNestApplication(new FastifyAdapter(), { logger: false })
        : module.createNestApplication({ logger: false });
    onTestEnd(() => app.close());
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { response, answer: (await response.json()) as Record<string, unknown> };
  };

  it.each([
    ['an unsigned document', Buffer.from('<a>'.repeat(16_000)).toString('base64')],
    ['no document', undefined],
    ['no text', 7],
  ])('answers 401 to a SAML response that is %s', async (_, SAMLResponse) => {
    const { response, answer } = await post('/saml/callback', { SAMLResponse });
    expect(response.status).toBe(401);
    expect(answer).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: 'The credential was refused.',
      correlationId: expect.any(String),
    });
  });

  it('answers 404 for what does not exist', async () => {
    const { response, answer } = await post('/cancel');
    expect([response.status, answer['code']]).toEqual([404, 'EXECUTION_NOT_FOUND']);
  });

  it('says when to try again', async () => {
    const { response } = await post('/busy');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
  });

  it('tells nothing of an error that only the server knows', async () => {
    const { response, answer } = await post('/bug');
    expect(response.status).toBe(500);
    expect(answer).toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
