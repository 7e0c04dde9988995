import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      /* strictNaming (removed): inline */
      // websocket (moved): above the switch
      // websocket (moved): behind
      /* above the gateway */
      /* websocket (moved): first */
      /* websocket (moved): last */
      gateway: {
        authentication: {
          // required (removed): above required
          // required (removed): behind required
          // above the secret
          strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })], // behind the secret
          // dangling
        },
        enabled: true,
        port: 3000,
      },
    })],
})
export class AppModule {}
