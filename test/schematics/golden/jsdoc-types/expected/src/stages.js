/** @typedef {import('@hive-academy/langgraph-streaming').StreamingModuleOptions} Options */

/** @returns {Promise<Options>} what the tests run with */
export async function testOptions() {
  return { gateway: { enabled: false }, log: { maxEntries: 10 } };
}

/** @type {Partial<Options> | undefined} */
export let loadOptions = { gateway: { enabled: true, port: 4000 } };

/**
 * @param {Options} options
 */
export function portOf(options) {
  // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
  return options.websocket.port;
}
