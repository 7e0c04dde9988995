export function streamingConfig() {
  if (process.env['CI']) {
    return { gateway: { enabled: false } };
  }
  return { gateway: { port: 3000 } };
}
