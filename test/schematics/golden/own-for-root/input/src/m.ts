import { StreamingModule, type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export class CoreModule {
  static forRoot(streaming: StreamingModuleOptions) {
    return { module: CoreModule, imports: [StreamingModule.forRoot(streaming)] };
  }
}
