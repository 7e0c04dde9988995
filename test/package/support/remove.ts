import { rmSync } from 'node:fs';
import { inWorkspace } from './workspace.ts';

export default function globalTeardown(): void {
  rmSync(inWorkspace(), { recursive: true, force: true });
}
