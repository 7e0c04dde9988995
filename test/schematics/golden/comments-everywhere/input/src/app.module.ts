import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';


@Module({ imports: [StreamingModule.forRoot(/* 0 */ {
  // 1
  /* 2 */ websocket /* 3 */ : /* 4 */ { // 5
    /* 6 */ enabled /* 7 */ : /* 8 */ true /* 9 */, // 10
    // 11
    port: 3000, // 12
    /* 13 */
  } /* 14 */ , // 15
  // 16
  defaultBufferSize /* 17 */ : 5 /* 18 */
  // 19
} /* 20 */)] })
export class AppModule {}
