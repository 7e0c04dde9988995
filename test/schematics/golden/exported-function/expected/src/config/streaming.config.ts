export function streamingConfig() {
  if (process.env['CI']) {
    return { gateway: { enabled: false } };
  }
  return { gateway: { enabled: true, port: 3000 } };
}
