import type { StreamUpdateMetadata } from '../protocol/stream-update.js';

/** The task of an update, and those that it runs below; each ends in `:task,`. */
export function taskPath({ namespace, taskId }: Partial<StreamUpdateMetadata> = {}): string {
  return `${namespace?.join()},:${taskId},`;
}

/** Whether something of this path is void when a task is tried again. */
export function isOfTask(path: string, taskId: unknown): boolean {
  return path.includes(`:${String(taskId)},`);
}
