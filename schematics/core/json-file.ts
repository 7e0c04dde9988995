import type { Tree } from '@angular-devkit/schematics';
import { ListEdit } from './list-edit.js';
import { parseJsonText, type SourceText } from './source-file.js';
import {
  type Expression,
  keyOf,
  type ObjectExpression,
  type ObjectMember,
  type ObjectProperty,
  rangeOf,
} from './syntax.js';

/** A JSON file, comments allowed, that is edited in place: what is not changed keeps its form. */
export class JsonFile {
  private readonly source: SourceText;
  private readonly root: Expression;
  private readonly lists = new Map<ObjectExpression, ListEdit>();

  private constructor(
    private readonly tree: Tree,
    private readonly path: string,
  ) {
    ({ source: this.source, root: this.root } = parseJsonText(path, tree.readText(path)));
  }

  /** @throws SourceSyntaxError when the file is not JSON */
  static open(tree: Tree, path: string): JsonFile | undefined {
    return tree.exists(path) ? new JsonFile(tree, path) : undefined;
  }

  /** The value at a path of keys. */
  get(...keys: string[]): unknown {
    const node = this.find(keys);
    return node === undefined ? undefined : valueOf(node);
  }

  /** Sets a text at a path of keys; objects on the way are made where they are missing. */
  set(keys: readonly string[], value: string): void {
    const present = this.find(keys);
    if (present !== undefined) {
      const { start, end } = rangeOf(present);
      this.source.edits.replace(start, end, JSON.stringify(value));
      return;
    }
    let depth = keys.length - 1;
    while (depth > 0 && this.find(keys.slice(0, depth)) === undefined) depth -= 1;
    const parent = this.find(keys.slice(0, depth));
    const [key, ...rest] = keys.slice(depth);
    if (parent?.type !== 'ObjectExpression' || key === undefined) return;
    const nested = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    this.list(parent).appendBlock(`${JSON.stringify(key)}: ${print(nested)}`);
  }

  /** Sets several texts below one object; `sorted` puts new ones where the alphabet has them. */
  setAll(
    keys: readonly string[],
    values: ReadonlyMap<string, string>,
    { sorted = false }: { readonly sorted?: boolean } = {},
  ): void {
    if (values.size === 0) return;
    const entries = [...values];
    if (sorted) entries.sort(([one], [other]) => (one < other ? -1 : 1));
    const parent = this.find(keys);
    if (parent === undefined) {
      const [first, ...rest] = keys;
      if (rest.length > 0 || first === undefined || this.root.type !== 'ObjectExpression') return;
      this.list(this.root).appendBlock(
        `${JSON.stringify(first)}: ${print(Object.fromEntries(entries))}`,
      );
      return;
    }
    for (const [key, value] of entries) {
      const next =
        sorted && parent.type === 'ObjectExpression' && this.find([...keys, key]) === undefined
          ? parent.properties.find((property) => (nameOf(property) ?? '') > key)
          : undefined;
      if (next === undefined || parent.type !== 'ObjectExpression') this.set([...keys, key], value);
      else this.list(parent).insertBefore(next, `${JSON.stringify(key)}: ${print(value)}`);
    }
  }

  /** Appends a text to the list at a path of keys. */
  append(keys: readonly string[], value: string): void {
    const list = this.find(keys);
    if (list?.type !== 'ArrayExpression') return;
    const items = list.elements.filter((element) => element !== null);
    const edit = new ListEdit(this.source, rangeOf(list), items, {
      padding: '',
      trailingComma: false,
    });
    edit.append(JSON.stringify(value));
    edit.flush();
  }

  /** Sets a list of texts below one object. */
  setList(keys: readonly string[], values: readonly string[]): void {
    const parent = this.find(keys.slice(0, -1));
    if (parent?.type !== 'ObjectExpression') return;
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    this.list(parent).appendBlock(`${JSON.stringify(keys.at(-1))}: [${list}]`);
  }

  /** Removes what is at a path of keys. */
  remove(keys: readonly string[]): void {
    const parent = this.find(keys.slice(0, -1));
    if (parent?.type !== 'ObjectExpression') return;
    const member = parent.properties.find((property) => nameOf(property) === keys.at(-1));
    if (member !== undefined) this.list(parent).remove(member);
  }

  /** The keys of the object at a path of keys, in their order. */
  keys(...path: string[]): string[] {
    const node = this.find(path);
    return node?.type === 'ObjectExpression'
      ? node.properties.flatMap((property) => nameOf(property) ?? [])
      : [];
  }

  /** Writes what was set. */
  commit(): void {
    for (const list of this.lists.values()) list.flush();
    this.source.edits.commit(this.tree, this.path);
  }

  private find(keys: readonly string[]): Expression | undefined {
    let node: Expression | undefined = this.root;
    for (const key of keys) node = node === undefined ? undefined : memberOf(node, key);
    return node;
  }

  private list(node: ObjectExpression): ListEdit {
    const known = this.lists.get(node);
    if (known !== undefined) return known;
    const list = new ListEdit(this.source, rangeOf(node), node.properties, {
      trailingComma: false,
    });
    this.lists.set(node, list);
    return list;
  }
}

function nameOf(member: ObjectMember): string | undefined {
  return member.type === 'ObjectProperty' ? keyOf(member) : undefined;
}

function print(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function memberOf(node: Expression, key: string): Expression | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  const member = node.properties.find(
    (property): property is ObjectProperty =>
      property.type === 'ObjectProperty' && keyOf(property) === key,
  );
  return member?.value as Expression | undefined;
}

/** What a JSON expression stands for. */
export function valueOf(node: Expression): unknown {
  switch (node.type) {
    case 'ObjectExpression':
      return Object.fromEntries(
        node.properties.flatMap((member) =>
          member.type === 'ObjectProperty'
            ? [[keyOf(member) ?? '', valueOf(member.value as Expression)]]
            : [],
        ),
      );
    case 'ArrayExpression':
      return node.elements.map((element) => (element ? valueOf(element as Expression) : null));
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value;
    default:
      return null;
  }
}
