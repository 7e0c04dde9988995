import { NestFactory } from '@nestjs/core';
import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
import { AppModule } from './app.module';

type Port = StreamingModuleOptions['websocket']['port'];

export async function main(): Promise<Port> {
  const app = await NestFactory.create(AppModule);
  const options: StreamingModuleOptions = app.get('STREAMING_OPTIONS');
  console.log(app.get('STREAMING_OPTIONS').strictNaming);
  return options.websocket.port;
}
