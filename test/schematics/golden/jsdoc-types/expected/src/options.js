/**
 * The options of this stage.
 *
 * @type {import('@hive-academy/langgraph-streaming').StreamingModuleOptions}
 */
export const options = {
  // Pages connect here.
  gateway: { enabled: true, port: 3000 },
};
