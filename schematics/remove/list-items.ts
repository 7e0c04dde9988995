import { ListEdit } from '../core/list-edit.js';
import type { SourceFile } from '../core/source-file.js';
import { isKind, type Node, rangeOf } from '../core/syntax.js';

/**
 * Plans the removal of nodes from the lists that they stand in, such as the `imports` of a module.
 *
 * @returns the nodes that stand in no list, and stay
 */
export function removeFromLists(file: SourceFile, nodes: readonly Node[]): Node[] {
  const byList = new Map<Node | undefined, Node[]>();
  for (const node of nodes) {
    const list = file.parentOf(node);
    byList.set(list, [...(byList.get(list) ?? []), node]);
  }
  const left: Node[] = [];
  for (const [list, items] of byList) {
    if (!isKind(list, 'ArrayExpression')) {
      left.push(...items);
      continue;
    }
    const elements = list.elements.filter((element) => element !== null);
    const edit = new ListEdit(file, rangeOf(list), elements, { padding: '' });
    for (const item of items) edit.remove(item);
    edit.flush();
  }
  return left;
}
