import { Module } from '@nestjs/common';
import { Live } from './live';

@Module({
  imports: [Live.forRoot({ websocket: { enabled: true, port: 1 }, gateway: { auth: { jwtSecret: 'x'.repeat(32) } } })],
})
export class AppModule {}
