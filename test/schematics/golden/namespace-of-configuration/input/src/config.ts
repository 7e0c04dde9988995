export const streaming = { websocket: { enabled: true, port: 1 } };
