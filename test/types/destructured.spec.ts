import { expect, it } from '@jest/globals';
import type { AgentContext } from '../../src/entries/gateway.js';
import type { ExecutionContext, ExecutionHandle } from '../../src/index.js';
import type { ExecutionView, ThreadCommands } from '../../src/client/react/index.js';

// Lint checks this file with `unbound-method`, which reports a method that is separated from its object.

/** Never called: lint has no fault to report, as in the code of users. */
function destructured(
  { emit, token, progress, publish, ready }: ExecutionContext,
  agent: AgentContext,
  handle: ExecutionHandle,
  view: ExecutionView,
  thread: ThreadCommands,
): readonly unknown[] {
  const { token: say } = agent;
  const { emit: emitInto } = handle;
  const { cancel, respond } = view;
  const { start, fork, respond: answer, cancel: stop, history, update, delete: remove } = thread;
  return [
    ...[emit, token, progress, publish, ready, say, emitInto, cancel, respond],
    ...[start, fork, answer, stop, history, update, remove],
  ];
}

it('functions that users destructure are no methods', () => {
  expect(destructured).toBeInstanceOf(Function);
});
