import { describe, expect, it } from '@jest/globals';
import { APPLICATIONS, application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';
import { typeErrors } from './type-check.js';

describe.each(APPLICATIONS)('an agent in $name', ({ name, extension, language }) => {
  it('has a graph and a spec, and is provided by the module', async () => {
    const { tree, tasks } = await runSchematic(
      'streaming-agent',
      { name: 'support', language },
      application(name),
    );
    for (const part of ['graph', 'agent', 'agent.spec']) {
      expect(tree.exists(`/src/support/support.${part}.${language}`)).toBe(true);
    }
    const agent = tree.readText(`/src/support/support.agent.${language}`);
    expect(agent).toContain("@StreamingAgent('support')");
    expect(agent).toContain(`from './support.graph${extension}';`);
    expect(tree.readText(`/src/app.module.${language}`)).toContain(
      'providers: [AppService, SupportAgent]',
    );
    const { dependencies } = JSON.parse(tree.readText('/package.json')) as { dependencies: object };
    expect(dependencies).toMatchObject({
      '@langchain/core': '^1.0.1',
      '@langchain/langgraph': '^1.0.0',
      zod: '^4.2.0',
    });
    expect(tasks).toEqual(['node-package']);
  });

  it('changes nothing when it is generated again', async () => {
    const options = { name: 'support', language };
    const first = await runSchematic('streaming-agent', options, application(name));
    const files = filesOf(first.tree);
    const second = await runSchematic('streaming-agent', options, first.tree);
    expect(filesOf(second.tree)).toEqual(files);
    expect(second.tasks).toEqual([]);
  });
});

it('generates what the types of this library and of LangGraph allow', async () => {
  const { tree } = await runSchematic(
    'streaming-agent',
    { name: 'support' },
    application('nest-12-esm'),
  );
  const files = [...filesOf(tree)].filter(([path]) => /^\/src\/.*\.ts$/.test(path));
  expect(
    typeErrors(new Map(files.map(([path, content]) => [path, content.toString('utf8')]))),
  ).toEqual([]);
}, 120_000);

it.each(['sa', 'streaming-workflow', 'sw'])('has the other name %s', async (name) => {
  const host = application('nest-12-esm');
  const { tree } = await runSchematic(name, { name: 'support' }, host);
  expect(tree.exists('/src/support/support.agent.ts')).toBe(true);
});

it('says what is left: the model, and the module if nothing configures it', async () => {
  const added = await runSchematic('nest-add', {}, application('nest-12-esm'));
  const model = '- The model is scripted: put yours into src/support/support.graph.ts.';
  const { tree, lines } = await runSchematic('streaming-agent', { name: 'support' }, added.tree);
  expect(lines).toContain(model);
  expect(lines.join()).not.toContain('No module imports StreamingModule');
  const again = await runSchematic('streaming-agent', { name: 'support' }, tree);
  expect(again.lines).not.toContain(model);
  const bare = await runSchematic(
    'streaming-agent',
    { name: 'support' },
    application('nest-12-esm'),
  );
  expect(bare.lines.join()).toContain('No module imports StreamingModule: run nest add');
});

it.each([
  ['streaming', '"streaming" would name a class'],
  ['LangGraph', '"LangGraph" would name a class'],
  ['../support', '".." leads out of src'],
  ['7up', '"7up" cannot name a class'],
])('is refused with the name %s', async (name, message) => {
  const host = application('nest-12-esm');
  const files = filesOf(host);
  await expect(runSchematic('streaming-agent', { name }, host)).rejects.toThrow(message);
  expect(filesOf(host)).toEqual(files);
});

it('is refused where another class is the agent of the name', async () => {
  const first = await runSchematic(
    'streaming-agent',
    { name: 'sales/support' },
    application('nest-12-esm'),
  );
  const files = filesOf(first.tree);
  await expect(runSchematic('streaming-agent', { name: 'support' }, first.tree)).rejects.toThrow(
    'src/sales/support/support.agent.ts has an agent "support" already.',
  );
  expect(filesOf(first.tree)).toEqual(files);
});
