import {
  type AuthenticationChoice,
  authenticationChoice,
  readEnvironment,
} from '../core/authentication-choices.js';
import { addToEnvExample } from '../core/env-example.js';
import type { EditedFile } from '../core/format.js';
import { ImportEditor } from '../core/imports.js';
import { ObjectEdit } from '../core/object-edit.js';
import { PACKAGE } from '../core/package-name.js';
import { SchematicError } from '../core/schematic-error.js';
import type { SourceTree } from '../core/source-tree.js';
import type { StreamingModuleCall } from '../core/streaming-module.js';
import { StreamingOptions } from '../core/streaming-options.js';
import type { Summary } from '../core/summary.js';
import { type Expression, isKind, type NewExpression, type Node, rangeOf } from '../core/syntax.js';
import { namesIn, removeUnusedImports } from '../core/unused-imports.js';
import { asNamespace, newStrategy } from './module-configuration.js';
import type { NestAddOptions } from './options.js';

/**
 * Changes a configuration that is there as the flags say. What no flag names stays.
 *
 * @throws SchematicError for a flag that cannot be followed here, with the reason; nothing is changed then
 */
export function changeConfiguration(
  sources: SourceTree,
  calls: readonly StreamingModuleCall[],
  options: NestAddOptions,
  summary: Summary,
): EditedFile[] {
  const change = new ConfigurationChange(sources, calls, summary);
  if (options.module !== undefined) change.checkModule(options.module);
  if (options.async) change.checkAsync();
  if (options.namespace !== undefined) change.setNamespace(asNamespace(options.namespace));
  if (options.auth !== undefined) change.setAuthentication(options.auth);
  return change.commit();
}

class ConfigurationChange {
  private readonly call: StreamingModuleCall;
  private readonly options: StreamingOptions;
  private readonly place: string;
  /** Names that what was replaced used. */
  private readonly obsolete = new Set<string>();

  constructor(
    private readonly sources: SourceTree,
    private readonly calls: readonly StreamingModuleCall[],
    private readonly summary: Summary,
  ) {
    const [call] = calls;
    if (call === undefined) throw new TypeError('There is no configuration to change.');
    this.call = call;
    this.options = new StreamingOptions(sources, call);
    const { line } = call.file.position(rangeOf(call.call).start);
    this.place = `${call.file.path.slice(1)}:${line}`;
  }

  checkModule(module: string): void {
    const wanted = module.replace(/(\.module)?(\.[cm]?[jt]s)?$/, '');
    const present = this.call.file.path.replace(/(\.module)?\.[cm]?[jt]s$/, '');
    if (!`/${present}`.endsWith(`/${wanted.replace(/^\.?\//, '')}`))
      this.refuse('--module', 'StreamingModule is imported there. Remove that import first');
  }

  checkAsync(): void {
    if (this.call.method === 'forRoot')
      this.refuse('--async', 'StreamingModule.forRoot() is there. Change it to forRootAsync()');
  }

  setNamespace(namespace: string): void {
    const gateway = this.gateway('--namespace');
    const value = this.options.gatewayOption('namespace');
    if (value === undefined) {
      this.append('namespace', `'${namespace}'`);
    } else if (value.node.type !== 'StringLiteral') {
      this.refuse('--namespace', 'the namespace is not written in place. Change it there');
    } else if (value.node.value === namespace) {
      return;
    } else {
      const { start, end } = rangeOf(value.node);
      value.file.edits.replace(start + 1, end - 1, namespace);
    }
    this.summary.did(`${gateway.file.path.slice(1)}: the namespace is ${namespace}.`);
  }

  setAuthentication(name: string): void {
    const choice = authenticationChoice(name, ['none']);
    const { file } = this.gateway('--auth');
    const value = this.options.gatewayOption('authentication');
    const isOff = value?.node.type === 'BooleanLiteral' && !value.node.value;
    if (choice === undefined) {
      if (!isOff) this.write(value?.node, 'false');
      if (isOff) return;
    } else {
      const strategy = isOff || value === undefined ? undefined : this.onlyStrategy(value.node);
      if (strategy !== undefined && isChoice(strategy, choice, this.options)) return;
      const imports = new ImportEditor(file);
      const text = newStrategy(choice, imports.ensure(PACKAGE, choice.strategy), this.reader());
      imports.flush();
      if (strategy !== undefined) this.write(strategy, text);
      else this.write(value?.node, `{\n  strategies: [${text}],\n}`);
      addToEnvExample(this.sources.tree, choice.variables);
      for (const { name: variable, comment } of choice.variables)
        this.summary.leave(`Set ${variable} where the application runs. ${comment}`);
    }
    this.summary.did(`${file.path.slice(1)}: clients authenticate with ${name}.`);
  }

  commit(): EditedFile[] {
    const edited = this.sources.commit();
    const file = this.sources.file(this.call.file.path);
    if (file !== undefined) removeUnusedImports(file, this.obsolete);
    this.sources.commit();
    return edited;
  }

  private gateway(flag: string): { readonly file: StreamingModuleCall['file'] } {
    if (this.calls.length > 1)
      this.refuse(
        flag,
        `StreamingModule is configured ${this.calls.length} times. Change the one you mean`,
      );
    const { gateway } = this.options;
    if (gateway === undefined)
      this.refuse(flag, 'the gateway options are not written in place. Change them where they are');
    return gateway;
  }

  /** The one strategy of the configuration. */
  private onlyStrategy(authentication: Expression): NewExpression {
    const { file } = this.gateway('--auth');
    const list =
      authentication.type === 'ObjectExpression'
        ? new ObjectEdit(file, authentication).value('strategies')
        : undefined;
    const [only, ...others] = list?.type === 'ArrayExpression' ? list.elements : [];
    if (!isKind(only, 'NewExpression') || others.length > 0)
      this.refuse('--auth', 'clients authenticate in a way of your own. Change it there');
    return only;
  }

  /** How a variable is read here: as the factory reads its settings, else from the environment. */
  private reader(): (name: string) => string {
    const { file, call, method } = this.call;
    if (method === 'forRoot') return readEnvironment;
    const [, service] = /useFactory\s*:\s*(?:async\s*)?\(\s*(\w+)/.exec(file.textOf(call)) ?? [];
    if (service === undefined || !/\bConfigService\b/.test(file.textOf(call)))
      this.refuse('--auth', 'the factory does not read ConfigService. Change it there');
    return (name) => `${service}.getOrThrow('${name}')`;
  }

  private write(node: Node | undefined, text: string): void {
    const { file } = this.gateway('--auth');
    if (node === undefined) {
      this.append('authentication', text);
      return;
    }
    const { start, end } = rangeOf(node);
    for (const name of namesIn(node)) this.obsolete.add(name);
    const quoted = text.replaceAll("'", file.quote);
    file.edits.replace(start, end, file.indentBlock(quoted, file.indentAt(start)));
  }

  private append(key: string, value: string): void {
    const { gateway } = this.options;
    if (gateway === undefined) return;
    const edit = new ObjectEdit(gateway.file, gateway.node);
    edit.appendBlock(key, value.replaceAll("'", gateway.file.quote));
    edit.flush();
  }

  private refuse(flag: string, reason: string): never {
    throw new SchematicError(`${flag} cannot be followed: in ${this.place} ${reason}.`);
  }
}

/** Whether a strategy is what a choice writes: its class, with the option that tells choices apart. */
function isChoice(
  strategy: NewExpression,
  choice: AuthenticationChoice,
  options: StreamingOptions,
): boolean {
  const [argument] = strategy.arguments;
  const [, key = ''] = /^\{ (\w+):/.exec(choice.options(readEnvironment)) ?? [];
  const { gateway } = options;
  return (
    gateway !== undefined &&
    argument?.type === 'ObjectExpression' &&
    options.isPackageClass(strategy.callee, choice.strategy) &&
    new ObjectEdit(gateway.file, argument).has(key)
  );
}
