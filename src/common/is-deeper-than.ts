/** Whether objects are nested deeper than this. Goes down level by level, so that no depth can exhaust the stack. */
export function isDeeperThan(value: unknown, maxDepth: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    level = level.flatMap(partsOf);
  }
  return false;
}

function partsOf(value: unknown): unknown[] {
  const isLeaf = typeof value !== 'object' || value === null || ArrayBuffer.isView(value);
  return isLeaf ? [] : Object.values(value);
}
