export const options: import('@hive-academy/langgraph-streaming').StreamingModuleOptions = { websocket: { enabled: true } };
