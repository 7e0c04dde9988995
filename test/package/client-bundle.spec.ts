import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { build, type BuildOptions, type BuildResult, type Metafile } from 'esbuild';
import { inWorkspace, PACKAGE } from './support/workspace.js';

async function bundle(
  options: BuildOptions = {},
): Promise<{ readonly inputs: string[]; readonly gzippedBytes: number }> {
  const result: BuildResult<{ write: false; metafile: true }> = await build({
    stdin: { contents: `export * from '${PACKAGE}/client'`, resolveDir: inWorkspace('nest12') },
    absWorkingDir: inWorkspace('nest12'),
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    ...options,
    write: false,
    metafile: true,
  });
  const { inputs }: Metafile = result.metafile;
  const code = result.outputFiles.map(({ text }) => text).join('');
  return { inputs: Object.keys(inputs), gzippedBytes: gzipSync(code).length };
}

function packageOf(input: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

describe('the client entry, bundled for a browser', () => {
  it('takes in socket.io-client and nothing else', async () => {
    const { inputs } = await bundle();
    const packages = new Set(inputs.map(packageOf).filter((name) => name !== undefined));
    expect([...packages].sort()).toEqual([
      PACKAGE,
      '@socket.io/component-emitter',
      'engine.io-client',
      'engine.io-parser',
      'socket.io-client',
      'socket.io-parser',
    ]);
  });

  it('takes from this package the client and the protocol', async () => {
    const { inputs } = await bundle();
    const own = inputs.filter((input) => packageOf(input) === PACKAGE);
    const folders = new Set(own.map((input) => input.replace(/.*\/dist\/|\/[^/]+$/g, '')));
    expect([...folders].sort()).toEqual(['esm/client', 'esm/client/conversation', 'esm/protocol']);
  });

  it.each([
    ['createChannelClient', 8],
    ['createStreamingClient', 13],
  ])('of %s has at most %d KB with gzip, besides socket.io-client', async (name, maxKilobytes) => {
    const { gzippedBytes } = await bundle({
      stdin: {
        contents: `export { ${name} } from '${PACKAGE}/client'`,
        resolveDir: inWorkspace('nest12'),
      },
      external: ['socket.io-client'],
    });
    expect(gzippedBytes).toBeLessThanOrEqual(maxKilobytes * 1_024);
  });
});
