import { Inject } from '@nestjs/common';
import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

export abstract class Base {
  constructor(@Inject('STREAMING_OPTIONS') protected readonly options: StreamingModuleOptions) {}

  get settings(): StreamingModuleOptions {
    return this.options;
  }

  protected given(): StreamingModuleOptions {
    return this.options;
  }
}
