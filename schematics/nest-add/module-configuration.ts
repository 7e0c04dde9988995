import type { AuthenticationChoice } from '../core/authentication-choices.js';
import { readEnvironment } from '../core/authentication-choices.js';

/** What is configured, and how it is written. */
export interface ModuleConfiguration {
  readonly namespace: string;
  /** Undefined: authentication is off. */
  readonly choice: AuthenticationChoice | undefined;
  /** How to write the names of what is imported. */
  readonly names: Readonly<
    Record<'module' | 'strategy' | 'configModule' | 'configService', string>
  >;
  /** Whether the application configures `ConfigModule` itself. */
  readonly hasConfigModule: boolean;
  readonly language: 'ts' | 'js';
}

/** `StreamingModule.forRoot({ … })`, reading `process.env`. */
export function forRoot(configuration: ModuleConfiguration): string {
  const options = moduleOptions(configuration, readEnvironment);
  return `${configuration.names.module}.forRoot(${options})`;
}

/** `StreamingModule.forRootAsync({ … })`, reading `ConfigService`. */
export function forRootAsync(configuration: ModuleConfiguration): string {
  const { names, language, hasConfigModule } = configuration;
  const isTyped = language === 'ts';
  const read = (name: string): string => `config.getOrThrow${isTyped ? '<string>' : ''}('${name}')`;
  const options = moduleOptions(configuration, read).replaceAll('\n', '\n  ');
  return [
    `${names.module}.forRootAsync({`,
    `  imports: [${names.configModule}${hasConfigModule ? '' : '.forRoot()'}],`,
    `  inject: [${names.configService}],`,
    `  useFactory: (config${isTyped ? `: ${names.configService}` : ''}) => (${options}),`,
    '})',
  ].join('\n');
}

function moduleOptions(
  { namespace, choice, names }: ModuleConfiguration,
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
          `      strategies: [new ${names.strategy}(${choice.options(read)})],`,
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
