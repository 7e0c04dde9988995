import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      /* inline */
      // above the switch
      // behind
      /* above the gateway */
      /* first */
      /* last */
      gateway: {
        authentication: {
          // above required
          // behind required
          // above the secret
          strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })], // behind the secret
          // dangling
        },
        port: 3000,
      },
    })],
})
export class AppModule {}
