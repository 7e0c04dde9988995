import { describe, expect, it } from '@jest/globals';
import { redactSecrets } from './redact-secrets.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';
const JWE = 'eyJhbGciOiJkaXIifQ..aXYtaXYtaXY.Y2lwaGVydGV4dA.dGFnLXRhZw';

describe('redactSecrets', () => {
  it.each([
    [`refused ${JWT}`, 'refused [redacted]'],
    [`refused ${JWE} here`, 'refused [redacted] here'],
    [`session-${JWT}`, 'session-[redacted]'],
    ['Authorization: Basic YWxpY2U6aHVudGVyMg==', 'Authorization: [redacted] [redacted]'],
    ['Bearer abc.def', 'Bearer [redacted]'],
    ['refresh_token = abc, more', 'refresh_token = [redacted], more'],
    ["{ 'password': 'hunter2' }", "{ 'password': [redacted] }"],
    ['x-api-key: k-123', 'x-api-key: [redacted]'],
    ['https://alice:hunter2@id.test/x', 'https://alice:[redacted]@id.test/x'],
    ['redis://:hunter2@cache.test', 'redis://:[redacted]@cache.test'],
  ])('cleans %j', (text, cleaned) => {
    expect(redactSecrets(text)).toBe(cleaned);
  });

  it.each([
    'Monkey.JavaScript: eyJ is how they begin',
    'a keyJournal.entry',
    'https://id.test:443/x?y=z@w',
    'tokens were joined',
  ])('leaves %j alone', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  // Clients choose much of what is cleaned, some before they are known. What is held: no pattern
  // begins anew in the middle of what it has just read in vain. Of a text this long, one that does
  // takes several times what is allowed here, and one that does not a hundredth.
  it.each([
    ['one word', 'a'],
    ['beginnings of tokens', 'eyJabcdef-'],
    ['beginnings of tokens that go on', 'eyJabcdef.'],
    ['words that end as keys do', 'token'],
    ['keys without a value', 'token= '],
    ['keys with a quote', 'token="'],
    ['quotes', `"'`],
    ['schemes', 'Bearer '],
    ['spaces', ' '],
    ['addresses', 'http://a:b'],
    ['colons', 'a:'],
    ['slashes', '/'],
  ])('takes time in proportion to the length of %s', (_, part) => {
    const text = part.repeat(64_000 / part.length);
    for (const begin of ['', 'x://a:', 'token', 'Bearer', 'eyJ']) {
      const started = process.cpuUsage();
      redactSecrets(begin + text);
      expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
    }
  });
});
