export const environment = {
  production: false,
  streaming: { websocket: { enabled: true, port: 3000 }, defaultBufferSize: 9 },
};
