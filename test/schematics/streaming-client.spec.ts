import { describe, expect, it } from '@jest/globals';
import { application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';
import { typeErrors } from './type-check.js';

/** As much of React's types as the hook uses. */
const REACT = `declare module 'react' {
  export function useCallback<T>(callback: T, dependencies: readonly unknown[]): T;
  export function useEffect(effect: () => void | (() => void), dependencies: readonly unknown[]): void;
  export function useRef<T>(initial: T): { current: T };
  export function useState<T>(initial: T): [T, (value: T | ((shown: T) => T)) => void];
}
`;

describe('a generated client', () => {
  it('goes where the front end is', async () => {
    const host = application('nest-12-esm');
    host.create('/frontend/package.json', '{ "name": "page" }');
    const { tree } = await runSchematic('streaming-client', { name: 'chat' }, host);
    expect(tree.exists('/frontend/src/chat.client.ts')).toBe(true);
  });

  it('goes where it is told to, from the root of the workspace', async () => {
    const options = { name: 'chat', path: 'site/lib', sourceRoot: 'src' };
    const { tree } = await runSchematic('streaming-client', options, application('nest-12-esm'));
    expect(tree.exists('/site/lib/chat.client.ts')).toBe(true);
  });

  it.each([{ type: 'react' }, { react: true }])('has a React hook with %j', async (option) => {
    const { tree } = await runSchematic(
      'streaming-client',
      { name: 'chat', ...option },
      application('nest-12-esm'),
    );
    expect(tree.readText('/client/src/use-chat.ts')).toContain('export function useChat(');
  });

  it('is JavaScript in a JavaScript project', async () => {
    const options = { name: 'chat', type: 'react' };
    const { tree } = await runSchematic('streaming-client', options, application('javascript'));
    expect(tree.exists('/client/src/chat.client.js')).toBe(true);
    expect(tree.exists('/client/src/use-chat.js')).toBe(true);
  });

  it('is refused for a type that does not exist', async () => {
    const options = { name: 'chat', type: 'raect' };
    await expect(
      runSchematic('streaming-client', options, application('nest-12-esm')),
    ).rejects.toThrow('Allowed values are: "client", "react"');
  });

  it('has what the types of this library allow', async () => {
    const options = { name: 'chat', type: 'react', path: 'web' };
    const { tree } = await runSchematic('streaming-client', options, application('nest-12-esm'));
    const files = [...filesOf(tree)].filter(([path]) => path.startsWith('/web/'));
    const texts = files.map(([path, content]) => [path, content.toString('utf8')] as const);
    expect(typeErrors(new Map([...texts, ['react.d.ts', REACT]]))).toEqual([]);
  }, 120_000);
});
