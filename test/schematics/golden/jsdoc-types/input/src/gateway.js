/** @import { StreamingModuleOptions, StreamUpdate } from '@hive-academy/langgraph-streaming' */

export default /** @satisfies {StreamingModuleOptions} */ ({
  gateway: { enabled: true, websocket: { maxConnections: 5 } },
});

/** @param {import('@hive-academy/langgraph-streaming').StreamMetadata} metadata */
export const nodeOf = (metadata) => metadata.nodeId;

/** @param {StreamUpdate} update */
export const typeOf = (update) => update.type;
