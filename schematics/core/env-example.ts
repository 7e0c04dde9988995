import type { Tree } from '@angular-devkit/schematics';
import type { EnvironmentVariable } from './authentication-choices.js';

const PATH = '/.env.example';

/** Names variables in `.env.example`, without values. Those it names already stay. */
export function addToEnvExample(tree: Tree, variables: readonly EnvironmentVariable[]): void {
  const text = tree.exists(PATH) ? tree.readText(PATH) : '';
  const missing = variables.filter(
    ({ name }) => !new RegExp(`^\\s*(export\\s+)?${name}=`, 'm').test(text),
  );
  if (missing.length === 0) return;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = missing.map(({ name, comment }) => `# ${comment}${eol}${name}=${eol}`).join('');
  const separator = text === '' || text.endsWith('\n') ? '' : eol;
  if (!tree.exists(PATH)) tree.create(PATH, lines);
  else tree.overwrite(PATH, `${text}${separator}${lines}`);
}

/** Takes variables out again if they are there as `addToEnvExample` wrote them, and a file that is empty then. */
export function removeFromEnvExample(
  tree: Tree,
  variables: readonly EnvironmentVariable[],
): boolean {
  const text = tree.exists(PATH) ? tree.readText(PATH) : '';
  let rest = text.replaceAll('\r\n', '\n');
  for (const { name, comment } of variables) rest = rest.replace(`# ${comment}\n${name}=\n`, '');
  if (rest === text.replaceAll('\r\n', '\n')) return false;
  if (rest === '') tree.delete(PATH);
  else tree.overwrite(PATH, text.includes('\r\n') ? rest.replaceAll('\n', '\r\n') : rest);
  return true;
}
