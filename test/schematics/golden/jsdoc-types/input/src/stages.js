/** @typedef {import('@hive-academy/langgraph-streaming').StreamingModuleOptions} Options */

/** @returns {Promise<Options>} what the tests run with */
export async function testOptions() {
  return { websocket: { enabled: false }, defaultBufferSize: 10 };
}

/** @type {Partial<Options> | undefined} */
export let loadOptions = { websocket: { enabled: true, port: 4000 } };

/**
 * @param {Options} options
 */
export function portOf(options) {
  return options.websocket.port;
}
