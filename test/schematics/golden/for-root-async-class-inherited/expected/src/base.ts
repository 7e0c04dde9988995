export abstract class Base {
  createStreamingOptions() {
    return { gateway: { enabled: true } };
  }
}
