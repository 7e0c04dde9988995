import type { AuthenticationChoice } from '../core/authentication-choices.js';
import { readEnvironment } from '../core/authentication-choices.js';
import { ImportEditor } from '../core/imports.js';
import { addToModule } from '../core/module-metadata.js';
import { PACKAGE } from '../core/package-name.js';
import type { ModuleClass } from '../core/root-module.js';
import { SchematicError } from '../core/schematic-error.js';
import type { SourceTree } from '../core/source-tree.js';
import { CONFIG_MODULE, moduleCalls } from '../core/streaming-module.js';
import type { Project } from '../core/workspace.js';

/** What is configured. */
export interface ModuleConfiguration {
  readonly namespace: string;
  /** Undefined: authentication is off. */
  readonly choice: AuthenticationChoice | undefined;
  /** Whether `ConfigService` is read in place of `process.env`. */
  readonly isAsync: boolean;
}

/** How the names of what is imported are written. */
type Names = Readonly<Record<'module' | 'strategy' | 'configModule' | 'configService', string>>;

/** Plans the import of the configured module into a module of the application. */
export function configureModule(
  sources: SourceTree,
  { file, className }: ModuleClass,
  { language, sourceRoot }: Project,
  { namespace, choice, isAsync }: ModuleConfiguration,
): void {
  const imports = new ImportEditor(file);
  const names = {
    configModule: isAsync ? imports.ensure('@nestjs/config', 'ConfigModule') : '',
    configService: isAsync ? imports.ensure('@nestjs/config', 'ConfigService') : '',
    strategy: choice === undefined ? '' : imports.ensure(PACKAGE, choice.strategy),
    module: imports.ensure(PACKAGE, 'StreamingModule'),
  };
  const read = isAsync ? readConfigService('config', language) : readEnvironment;
  const gateway = gatewayOptions(asNamespace(namespace), choice, names.strategy, read);
  const hasConfigModule = moduleCalls(sources, sources.paths(sourceRoot), CONFIG_MODULE).length > 0;
  const text = isAsync
    ? forRootAsync(gateway, names, { isTyped: language === 'ts', hasConfigModule })
    : `${names.module}.forRoot(${gateway})`;
  imports.flush();
  addToModule(file, className, 'imports', [text.replaceAll("'", file.quote)]);
}

/**
 * A namespace as Socket.IO writes it.
 *
 * @throws SchematicError when it cannot be one
 */
export function asNamespace(namespace: string): string {
  if (/^\/?[\w/-]+$/.test(namespace)) return `/${namespace.replace(/^\/+/, '')}`;
  throw new SchematicError(`"${namespace}" cannot be a namespace. Use a path such as /streaming.`);
}

/** Writes the reading of a variable from `ConfigService`, which fails at boot where it is missing. */
export function readConfigService(
  service: string,
  language: 'ts' | 'js',
): (name: string) => string {
  return (name) => `${service}.getOrThrow${language === 'ts' ? '<string>' : ''}('${name}')`;
}

/** `new JwtStrategy({ … })`. */
export function newStrategy(
  choice: AuthenticationChoice,
  strategy: string,
  read: (name: string) => string,
): string {
  return `new ${strategy}(${choice.options(read)})`;
}

/** `StreamingModule.forRootAsync({ … })`, reading `ConfigService`. */
function forRootAsync(
  options: string,
  names: Names,
  { isTyped, hasConfigModule }: { readonly isTyped: boolean; readonly hasConfigModule: boolean },
): string {
  return [
    `${names.module}.forRootAsync({`,
    `  imports: [${names.configModule}${hasConfigModule ? '' : '.forRoot()'}],`,
    `  inject: [${names.configService}],`,
    `  useFactory: (config${isTyped ? `: ${names.configService}` : ''}) => (${options.replaceAll('\n', '\n  ')}),`,
    '})',
  ].join('\n');
}

function gatewayOptions(
  namespace: string,
  choice: AuthenticationChoice | undefined,
  strategy: string,
  read: (name: string) => string,
): string {
  const authentication =
    choice === undefined
      ? [
          '    // Anybody may connect, and read everything. Choose a strategy before production.',
          '    authentication: false,',
        ]
      : [
          '    authentication: {',
          `      strategies: [${newStrategy(choice, strategy, read)}],`,
          '    },',
        ];
  return [
    '{',
    '  gateway: {',
    `    namespace: '${namespace}',`,
    ...authentication,
    '  },',
    '}',
  ].join('\n');
}
