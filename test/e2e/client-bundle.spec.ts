import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build, stop } from 'esbuild';

/** Bundles code for a browser. Fails if it needs anything of Node. */
async function bundle(
  contents: string,
  external: string[] = [],
): Promise<{ inputs: string[]; code: string }> {
  const result = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    external,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return { inputs: Object.keys(result.metafile.inputs), code: result.outputFiles[0]?.text ?? '' };
}

describe('the client in a browser bundle', () => {
  let whole: { inputs: string[]; code: string };

  beforeAll(async () => {
    whole = await bundle(`export * from './src/client/index.ts';`);
  });

  afterAll(() => stop());

  it('consists of the client, the protocol and Socket.IO', () => {
    const allowed =
      /^(<stdin>|src\/(client|protocol)\/|node_modules\/(socket\.io-client|socket\.io-parser|engine\.io-client|engine\.io-parser|@socket\.io\/component-emitter)\/)/;
    expect(whole.inputs.filter((input) => !allowed.test(input))).toEqual([]);
    expect(whole.inputs).toContain('src/client/streaming-client.ts');
  });

  it('leaves out the client when only a constant is imported', async () => {
    const { code } = await bundle(
      `import { ERROR_CODES } from './src/client/index.ts'; console.log(ERROR_CODES);`,
    );
    expect(code.includes('EXECUTION_NOT_FOUND')).toBe(true);
    expect(code.includes('subscribe_execution')).toBe(false);
  });

  it('of /react takes in React, and no more than the client beside it', async () => {
    const { inputs } = await bundle(
      `export * from './src/client/react/index.ts'; export * from './src/client/index.ts';`,
      ['socket.io-client', 'react'],
    );
    expect(inputs.filter((input) => !/^(<stdin>|src\/(client|protocol)\/)/.test(input))).toEqual(
      [],
    );
  });

  it('with threads and all hooks has at most 14 KB; what codes mean is for those who read them', async () => {
    const { code } = await bundle(
      `export * from './src/client/react/index.ts';
       export { createChannelClient, createStreamingClient, isTerminalState, StreamingClientError }
         from './src/client/index.ts';`,
      ['socket.io-client', 'react'],
    );
    expect(gzipSync(code).length).toBeLessThanOrEqual(14 * 1_024);
  });

  it.each([
    ['createChannelClient', 8, 'a page that follows executions and rooms need not load threads'],
    ['createStreamingClient', 13, 'threads come with the client that most pages make'],
  ])('of %s has at most %d KB beside Socket.IO: %s', async (name, maxKilobytes) => {
    const { code } = await bundle(`export { ${name} } from './src/client/index.ts';`, [
      'socket.io-client',
    ]);
    expect(gzipSync(code).length).toBeLessThanOrEqual(maxKilobytes * 1_024);
    expect(code.includes('start_execution')).toBe(name === 'createStreamingClient');
  });
});
