import type { RegisteredAgent } from '../agents/agent-registry.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { AgentCheckpoints } from '../sources/agent.js';

/** @throws StreamingError `UNSUPPORTED_BY_AGENT` if the agent keeps no checkpoints */
export function requireCheckpoints({ agent, name }: RegisteredAgent): AgentCheckpoints {
  if (agent.checkpoints) return agent.checkpoints;
  throw new StreamingError(
    'UNSUPPORTED_BY_AGENT',
    `The agent "${name}" keeps no checkpoints, so it has no history, and cannot fork, roll back, be edited or end with a question. Compile its graph with a checkpointer.`,
  );
}
