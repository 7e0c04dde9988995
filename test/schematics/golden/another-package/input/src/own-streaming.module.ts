export class StreamingModule {
  static forRoot(options: object) {
    return { module: StreamingModule, options };
  }
}
