import type { SourceFile } from '../../core/source-file.js';
import { isKind, memberName, type Node, walk } from '../../core/syntax.js';
import type { MigrationContext } from '../migration-context.js';

/** Events that old versions emitted. */
const EMITTED =
  /^(workflow\.token\.|token\.(batch\.)?processed|stream\.processed|tokens\.aggregated|client\.(progress|milestone)|websocket\.room\.(join|leave)|gateway\.(client|room|subscription|unsubscription)\.|user\.(interruption|input)\.|workflow\.(pause|resume)\.requested|workflow\.execution\.)/;

/** Events that old versions listened to. */
const READ =
  /^(workflow\.(stream|token|progress|milestone)\.|stream\.processed|client\.(progress|milestone)|tokens\.aggregated|token\.batch\.processed|streaming\.config\.update)/;

interface EventUse {
  readonly file: SourceFile;
  readonly node: Node;
  readonly event: string;
}

/** Reports events of old versions: listeners that wait in vain, and emits that nobody hears. */
export function reviewEvents(context: MigrationContext, files: readonly SourceFile[]): void {
  const uses = files.map((file) => usesIn(file));
  const listeners = uses.flatMap(({ heard }) => heard);
  const emits = uses.flatMap(({ emitted }) => emitted);
  // What the project emits and hears itself is its own.
  for (const { file, node, event } of listeners.filter(({ event }) => EMITTED.test(event)))
    if (!emits.some((emit) => isSameEvent(emit.event, event)))
      context.leave(file, node, 'REMOVED_EVENT', `'${event}'`);
  for (const { file, node, event } of emits.filter(({ event }) => READ.test(event)))
    if (!listeners.some((listener) => isSameEvent(event, listener.event)))
      context.leave(file, node, 'REMOVED_EVENT', `'${event}'`);
}

/** Whether a listener hears an event; an event may have more behind what is known of it. */
function isSameEvent(emitted: string, heard: string): boolean {
  const [a = '', b = ''] = [emitted, heard].map((event) => event.replace(/\*.*$/, ''));
  return a.startsWith(b) || b.startsWith(a);
}

function usesIn(file: SourceFile): { heard: EventUse[]; emitted: EventUse[] } {
  const heard: EventUse[] = [];
  const emitted: EventUse[] = [];
  walk(file.program, (node) => {
    if (!isKind(node, 'CallExpression')) return;
    const {
      callee,
      arguments: [first],
    } = node;
    const event = first && eventOf(first);
    if (!first || event === undefined) return;
    const method = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
    const isDecorator = isKind(callee, 'Identifier') && callee.name === 'OnEvent';
    if (isDecorator || /^(on|once|addListener|prependListener|waitFor)$/.test(method ?? ''))
      heard.push({ file, node: first, event });
    else if (/^emit(Async)?$/.test(method ?? '')) emitted.push({ file, node: first, event });
  });
  return { heard, emitted };
}

/** The name of an event, or of a template how it begins. */
function eventOf(node: Node): string | undefined {
  if (isKind(node, 'StringLiteral')) return node.value;
  if (!isKind(node, 'TemplateLiteral')) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}
