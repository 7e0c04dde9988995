/** The name of this package, as applications import it. */
export const PACKAGE = '@hive-academy/langgraph-streaming';
