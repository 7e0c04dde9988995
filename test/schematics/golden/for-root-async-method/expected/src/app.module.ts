import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRootAsync({
      async useFactory() {
        const port = await Promise.resolve(3000);
        return { gateway: { enabled: true, port } };
      },
    })],
})
export class AppModule {}
