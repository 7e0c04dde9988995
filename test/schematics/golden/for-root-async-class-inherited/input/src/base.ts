export abstract class Base {
  createStreamingOptions() {
    return { websocket: { enabled: true } };
  }
}
