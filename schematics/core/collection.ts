import type { Tree } from '@angular-devkit/schematics';
import { JsonFile } from './json-file.js';
import { PACKAGE } from './package-name.js';

const PATH = '/nest-cli.json';
const NEST_COLLECTION = '@nestjs/schematics';

/** Which collection `nest g` has by default. */
export type CollectionState = 'ours' | 'of Nest' | 'another' | 'none';

/** Reads the collection in `nest-cli.json`. Without the file, there is none. */
export function collectionState(tree: Tree): CollectionState {
  const json = JsonFile.open(tree, PATH);
  if (json === undefined) return 'none';
  const collection = json.get('collection');
  if (collection === PACKAGE) return 'ours';
  return collection === undefined || collection === NEST_COLLECTION ? 'of Nest' : 'another';
}

/** Lets `nest g` find the generators. The collection extends Nest's own, so that those stay. */
export function useCollection(tree: Tree): void {
  const json = JsonFile.open(tree, PATH);
  json?.set(['collection'], PACKAGE);
  json?.commit();
}

/**
 * Gives `nest g` Nest's own collection back: with a collection that is not installed, every command
 * of the Nest CLI fails.
 */
export function restoreCollection(tree: Tree): void {
  const json = JsonFile.open(tree, PATH);
  if (json === undefined) return;
  // As the last key it was appended by `useCollection`; without it Nest's collection counts.
  if (json.keys().at(-1) === 'collection') json.remove(['collection']);
  else json.set(['collection'], NEST_COLLECTION);
  json.commit();
}
