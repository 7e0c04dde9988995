export class StreamingModule {
  static forRoot(_options: object): object {
    return {};
  }
}
