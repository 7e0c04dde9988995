import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): CORS_WITHOUT_ORIGIN: name the origins, or write `cors: false`
  imports: [StreamingModule.forRoot({ gateway: { cors: { origin: process.env.CORS_ORIGIN, credentials: true }, enabled: true } } as object)],
})
export class AppModule {}
