import { isList, isRecord } from '../../common/is-record.js';

/** The place in a run where an update comes from. */
export interface Origin {
  readonly nodeId?: string | undefined;
  /** The path of subgraphs, outermost first; empty in the outermost graph. */
  readonly namespace: readonly string[];
  /** The id of one run of the node. */
  readonly taskId?: string | undefined;
  /** The agent, if the application names it in the metadata of the run (`lc_agent_name`). */
  readonly agent?: string | undefined;
  /** The tags of the model or tool, without those that LangChain writes for itself. */
  readonly tags?: readonly string[] | undefined;
}

/** Tags that LangChain and LangGraph write for their traces. */
const INTERNAL_TAG = /^(seq:step|graph:step|map:key|langsmith):/;

/**
 * Reads the place from the metadata that LangGraph gives to callbacks, writers and messages.
 *
 * The versions of LangGraph disagree about the namespace of a message, so it is not taken from the chunk.
 *
 * @param namespace - the namespace of the chunk, for graphs whose metadata has none
 */
export function originOf(metadata: unknown, namespace: readonly string[] = []): Origin {
  if (!isRecord(metadata)) return { namespace };
  const { langgraph_node: nodeId, langgraph_checkpoint_ns: path, lc_agent_name: agent } = metadata;
  return {
    nodeId: textOf(nodeId),
    ...(typeof path === 'string' ? placeOf(path, metadata['langgraph_path']) : { namespace }),
    agent: textOf(agent),
    tags: tagsOf(metadata['tags']),
  };
}

/** The tags that the application gave. */
export function tagsOf(tags: unknown): readonly string[] | undefined {
  if (!isList(tags)) return undefined;
  const own = tags.filter((tag) => typeof tag === 'string' && !INTERNAL_TAG.test(tag));
  return own.length > 0 ? (own as string[]) : undefined;
}

/** The last segment of a checkpoint namespace is the task itself: `sub:<task>|node:<task>`. */
function placeOf(path: string, taskPath: unknown): Pick<Origin, 'namespace' | 'taskId'> {
  const segments = path.split('|');
  const namespace = segments.slice(0, Math.max(0, segments.length - taskSegments(taskPath)));
  const taskId = segments.at(-1)?.split(':').at(1);
  return { namespace, taskId };
}

/** A `task()` of the functional API runs below the task that called it, and in the same graph. */
function taskSegments(path: unknown): number {
  let segments = 1;
  for (let at = path; isList(at) && at[0] === '__pregel_push' && at.at(-1) === true; at = at[1]) {
    segments += 1;
  }
  return segments;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
