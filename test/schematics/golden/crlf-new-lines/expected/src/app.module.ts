import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      // websocket (moved): both move
      gateway: {
        enabled: true,
        // TODO(@hive-academy/langgraph-streaming): AUTH_HANDLER: write it as `new CustomStrategy((credential, context) => principal)`
        auth: { handler: () => null },
        port: 3000,
      },
    })],
})
export class AppModule {}
