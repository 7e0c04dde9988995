import { describe, expect, it } from '@jest/globals';
import { APPLICATIONS, application } from './fixtures.js';
import { filesOf, runSchematic } from './run-schematic.js';
import { typeErrors } from './type-check.js';

describe.each(APPLICATIONS)('a workflow in $name', ({ name, extension, language }) => {
  it('has a graph, a scripted model and a spec, and is provided by the module', async () => {
    const { tree, tasks } = await runSchematic(
      'streaming-workflow',
      { name: 'answer', language },
      application(name),
    );
    for (const part of ['model', 'workflow', 'workflow.spec']) {
      expect(tree.exists(`/src/answer/answer.${part}.${language}`)).toBe(true);
    }
    const workflow = tree.readText(`/src/answer/answer.workflow.${language}`);
    expect(workflow).toContain('@StreamAll()');
    expect(workflow).toContain(`from './answer.model${extension}';`);
    expect(tree.readText(`/src/app.module.${language}`)).toContain(
      'providers: [AppService, AnswerWorkflow]',
    );
    expect(tree.readText('/package.json')).toContain('"@langchain/langgraph": "^1.0.0"');
    expect(tasks).toEqual(['node-package']);
  });

  it('changes nothing when it is generated again', async () => {
    const options = { name: 'answer', language };
    const first = await runSchematic('streaming-workflow', options, application(name));
    const files = filesOf(first.tree);
    const second = await runSchematic('streaming-workflow', options, first.tree);
    expect(filesOf(second.tree)).toEqual(files);
    expect(second.tasks).toEqual([]);
  });
});

it('generates what the types of this library and of LangGraph allow', async () => {
  const { tree } = await runSchematic(
    'streaming-workflow',
    { name: 'answer' },
    application('nest-12-esm'),
  );
  const files = [...filesOf(tree)].filter(([path]) => /^\/src\/.*\.ts$/.test(path));
  expect(
    typeErrors(new Map(files.map(([path, content]) => [path, content.toString('utf8')]))),
  ).toEqual([]);
}, 120_000);
