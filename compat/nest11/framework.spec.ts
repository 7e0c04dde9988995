import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';

describe('this run of the tests', () => {
  it('has Nest 11 under the library', () => {
    const require = createRequire(`${process.cwd()}/compat/nest11/`);
    const nest11 = require('@nestjs/core') as typeof import('@nestjs/core');
    const { version } = require('@nestjs/core/package.json') as { version: string };
    expect(NestFactory).toBe(nest11.NestFactory);
    expect(version).toMatch(/^11\./);
  });
});
