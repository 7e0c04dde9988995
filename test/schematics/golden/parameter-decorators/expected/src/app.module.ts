import { Inject, Injectable, Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Injectable()
export class Reader {
  constructor(@Inject('STREAMING_OPTIONS') readonly options: object) {}
}

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, port: 3000 } })],
  providers: [Reader],
})
export class AppModule {}
