/**
 * The options of this stage.
 *
 * @type {import('@hive-academy/langgraph-streaming').StreamingModuleOptions}
 */
export const options = {
  // Pages connect here.
  websocket: { enabled: true, port: 3000 },
};
