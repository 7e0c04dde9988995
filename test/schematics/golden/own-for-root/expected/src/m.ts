import { StreamingModule, type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export class CoreModule {
  static forRoot(streaming: StreamingModuleOptions) {
    // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
    return { module: CoreModule, imports: [StreamingModule.forRoot(streaming)] };
  }
}
