import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** One option as its interface documents it. */
export interface DocumentedOption {
  /** As `gateway.port`. */
  readonly path: string;
  /** As its `@default` tag says; undefined without one. */
  readonly defaultText: string | undefined;
  readonly description: string;
  readonly deprecated: boolean;
}

/** Where the options are: which interface of which file documents what is below a path. */
const INTERFACES: readonly (readonly [path: string, file: string, name: string])[] = [
  ['', 'src/options/streaming-module-options.ts', 'StreamingModuleOptions'],
  ['gateway', 'src/options/streaming-module-options.ts', 'WebSocketGatewayOptions'],
  ['gateway.cors', 'src/options/streaming-module-options.ts', 'GatewayCorsOptions'],
  ['gateway.authentication', 'src/access/authentication-options.ts', 'AuthenticationOptions'],
  ['gateway.authentication.sources', 'src/access/authentication-options.ts', 'CredentialSources'],
  ['gateway.rateLimit', 'src/access/rate-limit/rate-limit-options.ts', 'GatewayRateLimitOptions'],
  ['gateway.slowClient', 'src/options/slow-client-options.ts', 'SlowClientOptions'],
  ['log', 'src/options/streaming-module-options.ts', 'StreamLogOptions'],
  ['tokens', 'src/options/streaming-module-options.ts', 'TokenStreamOptions'],
  ['agents', 'src/options/streaming-module-options.ts', 'AgentOptions'],
  ['executions', 'src/options/streaming-module-options.ts', 'ExecutionOptions'],
  ['decorators', 'src/options/decorator-options.ts', 'DecoratorOptions'],
  ['decorators.token', 'src/options/decorator-options.ts', 'StreamTokenOptions'],
  ['decorators.event', 'src/options/decorator-options.ts', 'StreamEventOptions'],
  ['decorators.progress', 'src/options/decorator-options.ts', 'StreamProgressOptions'],
  ['decorators.progress.format', 'src/options/decorator-options.ts', 'ProgressFormat'],
];

/** Options of a decorator alone: the module has no default for them. */
const DECORATORS_ONLY = /^decorators\.\w+\.nodeId$/;

/** Every option of `StreamingHttpModule.forRoot`, as its TSDoc documents it. */
export function documentedHttpOptions(): DocumentedOption[] {
  const file = 'src/transports/http/streaming-http-options.ts';
  return optionsOf('', interfaceOf(file, 'StreamingHttpOptions'));
}

/** Every option of the module, as its TSDoc documents it. */
export function documentedOptions(): DocumentedOption[] {
  return INTERFACES.flatMap(([path, file, name]) =>
    optionsOf(path, interfaceOf(file, name)),
  ).filter(({ path }) => !DECORATORS_ONLY.test(path));
}

function interfaceOf(file: string, name: string): ts.InterfaceDeclaration {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.ES2023,
    true,
  );
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!found) throw new Error(`${file} has no interface ${name}.`);
  return found;
}

function optionsOf(path: string, declaration: ts.InterfaceDeclaration): DocumentedOption[] {
  return declaration.members.filter(ts.isPropertySignature).map((member) => {
    const tags = ts.getJSDocTags(member);
    const tagged = tags.find(({ tagName }) => tagName.text === 'default');
    const [comment] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
    return {
      path: [path, member.name.getText()].filter(Boolean).join('.'),
      defaultText: tagged && flat(ts.getTextOfJSDocComment(tagged.comment)),
      description: flat(ts.getTextOfJSDocComment(comment?.comment)),
      deprecated: tags.some(({ tagName }) => tagName.text === 'deprecated'),
    };
  });
}

function flat(text: string | undefined): string {
  return (text ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** The table of `docs/options.md`. */
export function optionsTable(options: readonly DocumentedOption[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = options
    .filter(({ deprecated }) => !deprecated)
    .map(
      ({ path, defaultText, description }) =>
        `| \`${path}\` | ${cell(description)} | ${defaultText === undefined ? '' : `\`${cell(defaultText.replaceAll('`', ''))}\``} |`,
    );
  return ['| option | what it does | default |', '| --- | --- | --- |', ...rows].join('\n');
}
