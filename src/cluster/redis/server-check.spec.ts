import { describe, expect, it } from '@jest/globals';
import { warningsOf } from './server-check.js';

const info = (...lines: string[]): string => `# Server\r\n${lines.join('\r\n')}\r\n`;

describe('what is said about a server', () => {
  it.each([
    ['nothing, if it is as needed', ['redis_version:7.0.15', 'maxmemory_policy:noeviction'], []],
    [
      'nothing, if it is Valkey',
      ['redis_version:7.2.4', 'valkey_version:8.0.1', 'maxmemory_policy:noeviction'],
      [],
    ],
    [
      'that it is too old',
      ['redis_version:6.2.1', 'maxmemory_policy:noeviction'],
      [expect.stringMatching(/6\.2\.1 is too old/)],
    ],
    [
      'that it evicts keys',
      ['redis_version:7.4.0', 'maxmemory_policy:allkeys-lru'],
      [expect.stringMatching(/allkeys-lru.*noeviction/)],
    ],
    [
      'that it does not tell',
      [],
      [expect.stringMatching(/version/), expect.stringMatching(/eviction policy/)],
    ],
  ])('%s', (_what, lines, warnings) => {
    expect(warningsOf(info(...lines))).toEqual(warnings);
  });
});
