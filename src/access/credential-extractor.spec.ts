import { describe, expect, it } from '@jest/globals';
import type { CredentialSources } from './authentication-options.js';
import { extractCredential } from './credential-extractor.js';

type Headers = Record<string, string | string[]>;

const extract = (auth: unknown, headers: Headers = {}, sources: CredentialSources = {}) =>
  extractCredential({ auth, headers }, sources);

describe('extractCredential', () => {
  it('reads only the handshake payload unless told otherwise', () => {
    const headers = { authorization: 'Bearer t', 'x-api-key': 'k', cookie: 'session=c' };
    expect(extract({}, headers)).toEqual({});
    expect(extract({ token: 't', apiKey: 'k', ticket: 'x' }, headers)).toEqual({
      token: 't',
      apiKey: 'k',
      credentials: { ticket: 'x' },
    });
  });

  it('reads the places that are configured', () => {
    const headers = {
      authorization: 'bearer  t1',
      'x-api-key': 'k1',
      cookie: 'a=1; session=c%201; b=2',
    };
    expect(extract({}, headers, { authorizationHeader: true })).toEqual({ token: 't1' });
    expect(extract({}, headers, { apiKeyHeader: 'X-Api-Key' })).toEqual({ apiKey: 'k1' });
    expect(extract({}, headers, { cookie: 'session' })).toEqual({ token: 'c 1' });
  });

  it('prefers the payload to the header and the header to the cookie', () => {
    const headers = { authorization: 'Bearer header', cookie: 'session=cookie' };
    const sources = { authorizationHeader: true, cookie: 'session' };
    expect(extract({ token: 'payload' }, headers, sources)).toEqual({ token: 'payload' });
    expect(extract({}, headers, sources)).toEqual({ token: 'header' });
    expect(extract({}, { cookie: 'session=cookie' }, sources)).toEqual({ token: 'cookie' });
  });

  it('ignores the payload when told to', () => {
    expect(extract({ token: 't' }, {}, { handshake: false })).toEqual({});
  });

  it('joins `credentials` with the other keys, and leaves `metadata` out', () => {
    const auth = { ticket: 'x', credentials: { user: 'u' }, metadata: { client: 'admin' } };
    expect(extract(auth)).toEqual({ credentials: { ticket: 'x', user: 'u' } });
  });

  it.each<[string, unknown, Headers]>([
    ['no payload', undefined, {}],
    ['a payload that is a text', 'token', {}],
    ['a payload that is a list', [{ token: 't' }], {}],
    ['a token that is an object', { token: { toString: 't' } }, {}],
    ['a token that is empty', { token: '' }, {}],
    ['a token that is huge', { token: 'x'.repeat(16_385) }, {}],
    ['another authorization scheme', {}, { authorization: 'Basic dXNlcjpwYXNz' }],
    ['a bearer header with two tokens', {}, { authorization: 'Bearer a b' }],
    ['two authorization headers', {}, { authorization: ['Bearer a', 'Bearer b'] }],
    ['a cookie whose name only ends so', {}, { cookie: 'xsession=c' }],
    ['a cookie that cannot be decoded', {}, { cookie: 'session=%E0%A4%A' }],
    ['a cookie without a value', {}, { cookie: 'session' }],
  ])('finds nothing in %s', (_, auth, headers) => {
    const sources = { authorizationHeader: true, apiKeyHeader: 'x-api-key', cookie: 'session' };
    expect(extract(auth, headers, sources)).toEqual({});
  });
});
