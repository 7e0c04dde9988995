export function streamingConfig() {
  if (process.env['CI']) {
    return { websocket: { enabled: false } };
  }
  return { websocket: { enabled: true, port: 3000 }, strictNaming: true };
}
