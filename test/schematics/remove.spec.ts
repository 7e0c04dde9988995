import { describe, expect, it } from '@jest/globals';
import type { Tree } from '@angular-devkit/schematics';
import { APPLICATIONS, application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';

const PACKAGE = '@hive-academy/langgraph-streaming';

function texts(tree: Tree): Record<string, string> {
  return Object.fromEntries(
    [...filesOf(tree)].map(([path, content]) => [path, content.toString('utf8')]),
  );
}

async function run(
  steps: readonly (readonly [schematic: string, options: object])[],
  host: Tree,
): Promise<Tree> {
  let tree = host;
  for (const [schematic, options] of steps)
    ({ tree } = await runSchematic(schematic, options, tree));
  return tree;
}

describe.each(APPLICATIONS)('remove in $name', ({ name, language }) => {
  it.each([
    ['nest add', [['nest-add', {}]]],
    ['nest add with everything', [['nest-add', { async: true, example: true, auth: 'oauth2' }]]],
    [
      'the generators',
      [
        ['nest-add', {}],
        ['streaming-gateway', { name: 'chat', language }],
        ['streaming-gateway', { name: 'desk', language, type: 'jwks', path: 'support' }],
        ['streaming-gateway', { name: 'mute', language, spec: false }],
        ['streaming-agent', { name: 'support', language }],
      ],
    ],
  ] as const)('restores what was before %s', async (_, steps) => {
    const before = texts(application(name));
    const { tree } = await runSchematic('remove', {}, await run(steps, application(name)));
    expect(texts(tree)).toEqual(before);
  });

  it('changes nothing when it runs again', async () => {
    const first = await runSchematic(
      'remove',
      {},
      await run([['nest-add', {}]], application(name)),
    );
    const { tree, lines } = await runSchematic('remove', {}, first.tree);
    expect(filesOf(tree)).toEqual(filesOf(first.tree));
    expect(lines[0]).toBe('There is nothing to remove.');
  });
});

describe('remove', () => {
  it('gives every project of a monorepo back', async () => {
    const before = texts(application('monorepo'));
    const steps = [
      ['nest-add', { project: 'mono' }],
      ['nest-add', { project: 'admin' }],
      ['streaming-gateway', { name: 'chat', project: 'admin' }],
    ] as const;
    const { tree } = await runSchematic('remove', {}, await run(steps, application('monorepo')));
    expect(texts(tree)).toEqual(before);
  });

  it('keeps a collection that is not ours', async () => {
    const host = application('nest-12-esm');
    host.overwrite('/nest-cli.json', '{ "collection": "@acme/nest", "sourceRoot": "src" }');
    const { tree } = await runSchematic('remove', {}, await run([['nest-add', {}]], host));
    expect(tree.readText('/nest-cli.json')).toContain('"@acme/nest"');
  });

  it('takes the collection out where none was', async () => {
    const host = application('nest-12-esm');
    host.overwrite('/nest-cli.json', '{\n  "sourceRoot": "src"\n}\n');
    const { tree } = await runSchematic('remove', {}, await run([['nest-add', {}]], host));
    expect(tree.readText('/nest-cli.json')).toBe('{\n  "sourceRoot": "src"\n}\n');
  });

  it('leaves what somebody changed, says where, and keeps what that needs', async () => {
    const host = await run(
      [
        ['nest-add', {}],
        ['streaming-gateway', { name: 'chat' }],
      ],
      application('nest-12-esm'),
    );
    const path = '/src/chat/chat.gateway.ts';
    host.overwrite(path, `${host.readText(path)}// mine\n`);
    const { tree, lines } = await runSchematic('remove', {}, host);
    expect(tree.exists(path)).toBe(true);
    expect(tree.readText('/src/app.module.ts')).toContain('providers: [AppService, ChatGateway]');
    expect(tree.readText('/src/app.module.ts')).not.toContain(PACKAGE);
    expect(tree.readText('/package.json')).toContain('"@nestjs/websockets"');
    expect(tree.readText('/nest-cli.json')).toContain('"collection": "@nestjs/schematics"');
    expect(lines.join('\n')).toMatch(
      /- src\/chat\/chat\.gateway\.ts:\d+ uses the package\. Remove what uses it\./,
    );
  });

  it('leaves a page, and takes out what the server alone needed', async () => {
    const host = await run(
      [
        ['nest-add', {}],
        ['streaming-client', { name: 'chat', type: 'react' }],
      ],
      application('nest-12-esm'),
    );
    const { tree, lines } = await runSchematic('remove', {}, host);
    expect(tree.exists('/client/src/chat.client.ts')).toBe(true);
    expect(tree.exists('/.env.example')).toBe(false);
    expect(tree.readText('/package.json')).toBe(
      application('nest-12-esm').readText('/package.json'),
    );
    expect(lines.join('\n')).toMatch(/- client\/src\/chat\.client\.ts:\d+ uses the package/);
  });

  it('leaves a generated class that other code uses', async () => {
    const host = await run(
      [
        ['nest-add', {}],
        ['streaming-agent', { name: 'support' }],
      ],
      application('nest-12-esm'),
    );
    host.create(
      '/src/use.ts',
      "import { SupportAgent } from './support/support.agent.js';\n\nexport const x = SupportAgent.name;\n",
    );
    const { tree } = await runSchematic('remove', {}, host);
    expect(tree.exists('/src/support/support.agent.ts')).toBe(true);
    expect(tree.readText('/src/app.module.ts')).toContain('SupportAgent');
  });

  it('tells what it cannot take out', async () => {
    const host = application('nest-12-esm');
    host.create(
      '/src/live.ts',
      `import { StreamingModule } from '${PACKAGE}';\n\nexport const live = StreamingModule.forRoot();\n`,
    );
    const { lines } = await runSchematic('remove', {}, host);
    expect(lines.join('\n')).toContain(
      '- src/live.ts:3 configures StreamingModule outside of a list of imports. Remove it.',
    );
  });

  it('keeps dependencies and variables that the project had, or uses', async () => {
    const host = application('nest-12-esm');
    host.create('/.env.example', '# ours\nJWT_SECRET=\nPORT=\n');
    host.create('/src/own.gateway.ts', "import { WebSocketGateway } from '@nestjs/websockets';\n");
    host.overwrite(
      '/package.json',
      host
        .readText('/package.json')
        .replace('"rxjs"', '"@nestjs/websockets": "^12.0.0",\n    "rxjs"'),
    );
    const { tree } = await runSchematic('remove', {}, await run([['nest-add', {}]], host));
    expect(tree.readText('/package.json')).toContain('"@nestjs/websockets": "^12.0.0"');
    expect(tree.readText('/.env.example')).toBe('# ours\nJWT_SECRET=\nPORT=\n');
  });

  it.each([
    ['npm', '/package-lock.json', 'npm rm'],
    ['pnpm', '/pnpm-lock.yaml', 'pnpm remove'],
    ['Yarn', '/yarn.lock', 'yarn remove'],
  ])('tells how to uninstall with %s', async (_, lockFile, command) => {
    const host = application('nest-12-esm');
    host.create(lockFile, '');
    const { lines } = await runSchematic('remove', {}, host);
    expect(lines).toContain(`  ${command} ${PACKAGE}`);
  });
});
