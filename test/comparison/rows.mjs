// What is compared: each row changes the application as its text says, and looks at what became of it.
import { readFileSync } from 'node:fs';
import * as prettier from 'prettier';
import ts from 'typescript';

const NONE = '–';
const NO_TYPESCRIPT = 'edits no TypeScript';
const NO_MODULE = 'edits no module';

const said = (holds) => (holds ? 'yes' : 'no');

/** The TypeScript files that a run changed or made. */
function written(before, after) {
  return [...after].filter(([file, text]) => file.endsWith('.ts') && before.get(file) !== text);
}

/** The application, every source as Prettier writes it with some settings. */
async function styled(contestant, settings = {}) {
  const files = await contestant.application();
  const own = JSON.parse(files.get('/.prettierrc') ?? '{}');
  const all = { ...own, ...settings };
  delete all.overrides;
  files.set('/.prettierrc', `${JSON.stringify(all, null, 2)}\n`);
  files.delete('/.editorconfig');
  for (const [file, text] of files)
    if (file.endsWith('.ts'))
      files.set(file, await prettier.format(text, { ...all, parser: 'typescript' }));
  return { files, settings: all };
}

/** Whether all that is written in an application of a style has this style. */
async function keeps(contestant, settings, hasStyle) {
  const { files } = await styled(contestant, settings);
  const { files: after } = await contestant.add(files, {});
  const texts = written(files, after);
  if (texts.length === 0) return NO_TYPESCRIPT;
  const wrong = texts.filter(([, text]) => !hasStyle(text)).map(([file]) => file);
  if (wrong.length > 0 && wrong.every((file) => file.endsWith('.spec.ts'))) return 'no (spec)';
  return said(wrong.length === 0);
}

function hasDoubleQuotes(text) {
  const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true);
  let isRight = true;
  const visit = (node) => {
    if (ts.isStringLiteral(node) && node.getText().startsWith("'")) isRight = false;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return isRight;
}

async function arePretty(texts, settings) {
  for (const [, text] of texts)
    if (!(await prettier.check(text, { ...settings, parser: 'typescript' }))) return false;
  return true;
}

async function passesPrettier(contestant) {
  const { files, settings } = await styled(contestant);
  const { files: after } = await contestant.add(files, {});
  const texts = written(files, after);
  if (texts.length === 0) return NO_TYPESCRIPT;
  if (!(await arePretty(texts, settings))) return 'no';
  if (contestant.generate === undefined) return 'yes';
  const named = await contestant.generate(files, 'customer-relationship-notification-preferences');
  return (await arePretty(written(files, named.files), settings))
    ? 'yes'
    : 'yes; not for long names';
}

/** The module's file, with a list that is a constant. */
function withConstantList(text, list) {
  const found = new RegExp(`${list}: (\\[[^\\]]*\\])`).exec(text);
  if (found === null) throw new Error(`There is no list "${list}" in:\n${text}`);
  const edited = text.replace(found[0], list);
  return edited.replace(/\n@(Ng)?Module/, `\nconst ${list} = ${found[1]};\n\n@$1Module`);
}

async function onModule(contestant, edit, look) {
  if (contestant.registered === undefined) return NO_MODULE;
  const files = await contestant.application();
  files.set(contestant.module, edit(files.get(contestant.module)));
  const result = await contestant.add(files, {});
  return look(result.files.get(contestant.module));
}

/** The same, for those that configure a module. */
function onConfigured(contestant, edit, look) {
  const { configured, registered } = contestant;
  if (registered !== undefined && configured === undefined) return NONE;
  return onModule(contestant, (text) => edit(text, configured), look);
}

const times = (text, part) => text.split(part).length - 1;

/** Whether the decorator has the list once, and the class is in it or in the constant. */
function extendsConstant(text, { registered, moduleList }) {
  const code = text.replace(/^import [^;]*;$/gm, '');
  return (
    times(code, registered) === 1 &&
    code.match(new RegExp(`^ +${moduleList}\\b`, 'gm')).length === 1
  );
}

export const ROWS = [
  {
    text: 'the schematic runs a second time: nothing changes',
    async cell({ application, add }) {
      const { files } = await add(await application(), {});
      const { files: again, error } = await add(files, {});
      const isSame = [...again].every(([file, text]) => files.get(file) === text);
      return said(error === undefined && isSame && again.size === files.size);
    },
  },
  {
    text: 'the sources have double quotes: so has new code',
    cell: (contestant) => keeps(contestant, { singleQuote: false }, hasDoubleQuotes),
  },
  {
    text: 'the sources have tabs: so has new code',
    cell: (contestant) => keeps(contestant, { useTabs: true }, (text) => !/^ {2,}\S/m.test(text)),
  },
  {
    text: 'the sources have no semicolons: nor has new code',
    cell: (contestant) => keeps(contestant, { semi: false }, (text) => !/;$/m.test(text)),
  },
  {
    text: "new and edited files pass the project's Prettier",
    cell: passesPrettier,
  },
  {
    text: 'the list in the module is a constant: it is extended',
    cell: (contestant) =>
      onModule(
        contestant,
        (text) => withConstantList(text, contestant.moduleList),
        (text) => said(extendsConstant(text, contestant)),
      ),
  },
  {
    text: 'the module is configured under an alias: it is recognised',
    cell: (contestant) =>
      onConfigured(
        contestant,
        (text, { from, name, call }) =>
          `import { ${name} as Aliased } from '${from}';\n` +
          text.replace(/imports: \[/, `imports: [Aliased.${call}, `),
        (text) => said(times(text, '.forRoot(') === 1),
      ),
  },
  {
    text: 'a comment has the call: it is not taken for the call',
    cell: (contestant) =>
      onConfigured(
        contestant,
        (text, { name, call }) => text.replace(/\n@/, `\n// imports: [${name}.${call}]\n@`),
        (text) => said(times(text, `${contestant.registered}(`) === 2),
      ),
  },
  {
    text: "the module's file does not parse: it is named with line",
    async cell(contestant) {
      const files = await contestant.application();
      files.set(contestant.module, `${files.get(contestant.module)}\nexport class {`);
      const { error, lines } = await contestant.add(files, {});
      const output = [String(error?.message), ...lines].join('\n');
      const name = contestant.module.split('/').at(-1);
      return said(new RegExp(`${name}:\\d+`).test(output));
    },
  },
  {
    text: '`--project constructor` is refused by its name',
    async cell(contestant) {
      const files = await contestant.application();
      const { error } = await contestant.add(files, { project: 'constructor' });
      if (error instanceof TypeError) return 'no (crash)';
      return said(/constructor/.test(error?.message ?? ''));
    },
  },
  {
    text: 'an unknown option is refused, with those that exist',
    async cell(contestant) {
      const files = await contestant.application();
      const { error } = await contestant.add(files, { nmae: 'x' });
      return said(error !== undefined && /namespace|project|skip/.test(error.message));
    },
  },
  {
    text: 'a name with `../` is refused',
    async cell(contestant) {
      if (contestant.generate === undefined) return NONE;
      const files = await contestant.application();
      const { error } = await contestant.generate(files, '../../evil');
      return said(error !== undefined);
    },
  },
  {
    text: 'the module is in `src/app` (Nx): the class is registered',
    async cell(contestant) {
      if (contestant.generate === undefined) return NONE;
      const files = inFolder(await contestant.application());
      const { files: after } = await contestant.generate(files, 'cats');
      return said(/\bCats\w+/.test(after.get('/src/app/app.module.ts')));
    },
  },
  {
    text: 'dependencies are sorted afterwards',
    async cell(contestant) {
      const files = await contestant.application();
      const { files: after } = await (contestant.install ?? contestant.add)(files, {});
      const names = Object.keys(JSON.parse(after.get('/package.json')).dependencies);
      const isSorted = names.join() === names.toSorted().join();
      const isSame = after.get('/package.json') === files.get('/package.json');
      return said(isSorted) + (isSame ? ' (adds none)' : '');
    },
  },
  {
    text: 'it says what was done, what is left and what comes next',
    async cell(contestant) {
      const { lines } = await contestant.add(await contestant.application(), {});
      const output = lines.join('\n');
      const namesFile = /package\.json|\.module\.ts|angular\.json/.test(output);
      return said(namesFile && /left/i.test(output) && /next/i.test(output));
    },
  },
  {
    text: 'a schematic takes everything out again',
    async cell(contestant) {
      const { schematics } = JSON.parse(readFileSync(contestant.schematics, 'utf8'));
      const undo = Object.keys(schematics).find((name) => /remove|undo|uninstall/.test(name));
      if (undo === undefined) return 'no';
      const before = await contestant.application();
      const { files } = await contestant.add(before, {});
      const { files: after } = await contestant.remove(files);
      const isSame = [...after].every(([file, text]) => before.get(file) === text);
      return isSame && after.size === before.size ? `yes (\`${undo}\`)` : 'no';
    },
  },
];

/** The application as Nx lays it out: everything but the entry in `src/app`. */
function inFolder(files) {
  return new Map(
    [...files].map(([file, text]) => {
      if (file === '/src/main.ts') return [file, text.replace('./app.module', './app/app.module')];
      return [file.replace(/^\/src\//, '/src/app/'), text];
    }),
  );
}
