import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const gateway = process.env.CI ? { cors: false as const } : undefined;

@Module({
  imports: [
    StreamingModule.forRoot({ gateway: { enabled: true } }),
    // TODO(@hive-academy/langgraph-streaming): SECOND_FOR_ROOT: call `forRoot` once, in the root module
    StreamingModule.forRoot({ gateway: { enabled: true, ...gateway } }),
    // TODO(@hive-academy/langgraph-streaming): SECOND_FOR_ROOT: call `forRoot` once, in the root module
    StreamingModule.forRoot({ gateway: { enabled: true, ...(process.env.CI ? { cors: false } : undefined) } }),
  ],
})
export class AppModule {}
