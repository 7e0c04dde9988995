import { Module } from '@nestjs/common';
import { StreamingModule, type StreamingModuleOptions, JwtStrategy } from '@hive-academy/langgraph-streaming';

const options = {
  gateway: { authentication: { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] }, enabled: true },
} satisfies StreamingModuleOptions;

@Module({
  imports: [StreamingModule.forRoot(options)],
})
export class AppModule {}
