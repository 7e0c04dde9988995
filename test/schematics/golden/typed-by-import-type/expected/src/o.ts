export const options: import('@hive-academy/langgraph-streaming').StreamingModuleOptions = { gateway: { enabled: true } };
