import type { StreamUpdateMetadata } from '../protocol/stream-update.js';

/** The task of an update and the tasks above it. Each part ends with `:task,`. */
export function taskPath({ namespace, taskId }: Partial<StreamUpdateMetadata> = {}): string {
  return `${namespace?.join()},:${taskId},`;
}

/** Whether updates with this path are void if a task is tried again. */
export function isOfTask(path: string, taskId: unknown): boolean {
  return path.includes(`:${taskId as string},`);
}
