import { NestFactory } from '@nestjs/core';
import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
import { AppModule } from './app.module';

// TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
type Port = StreamingModuleOptions['websocket']['port'];

export async function main(): Promise<Port> {
  const app = await NestFactory.create(AppModule);
  const options: StreamingModuleOptions = app.get('STREAMING_OPTIONS');
  // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `strictNaming` is gone
  console.log(app.get('STREAMING_OPTIONS').strictNaming);
  // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
  return options.websocket.port;
}
