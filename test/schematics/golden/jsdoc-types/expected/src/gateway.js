/** @import { StreamingModuleOptions, StreamUpdate } from '@hive-academy/langgraph-streaming' */

export default /** @satisfies {StreamingModuleOptions} */ ({
  gateway: { enabled: true, maxConnections: 5 },
});

// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: StreamMetadata: use `StreamUpdateMetadata`
/** @param {import('@hive-academy/langgraph-streaming').StreamMetadata} metadata */
export const nodeOf = (metadata) => metadata.nodeId;

/** @param {StreamUpdate} update */
export const typeOf = (update) => update.type;
