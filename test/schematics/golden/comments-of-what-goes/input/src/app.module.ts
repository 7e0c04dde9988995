import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      strictNaming: true /* inline */,
      // above the switch
      websocket: { /* first */ enabled: true, port: 3000 /* last */ }, // behind
      /* above the gateway */
      gateway: {
        auth: {
          // above required
          required: true, // behind required
          // above the secret
          jwtSecret: 'x'.repeat(32), // behind the secret
          // dangling
        },
      },
    })],
})
export class AppModule {}
