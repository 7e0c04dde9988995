import { afterEach, beforeEach, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

type Level = 'log' | 'error' | 'warn' | 'debug' | 'verbose' | 'fatal';

/** What each test of this `describe` logs at these levels, in place of printing it. */
export function loggedLines(...levels: readonly Level[]): readonly string[] {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    for (const level of levels)
      jest
        .spyOn(Logger.prototype, level)
        .mockImplementation((...parts: unknown[]) => void lines.push(parts.map(String).join(' ')));
  });
  afterEach(() => void jest.restoreAllMocks());
  return lines;
}
