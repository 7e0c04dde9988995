export class C {
  private readonly ws = { enabled: true, port: 3000 };
  createStreamingOptions() {
    return { gateway: this.ws };
  }
}
