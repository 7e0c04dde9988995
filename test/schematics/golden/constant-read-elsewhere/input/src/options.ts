export const options = { websocket: { enabled: true, port: 3000 } };
