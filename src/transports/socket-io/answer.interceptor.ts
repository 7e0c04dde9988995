import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { defaultIfEmpty, map, type Observable } from 'rxjs';

/**
 * Answers for a handler of the application that returns nothing. Without this, Nest would send no
 * acknowledgement, and the client would not know that its message was handled.
 */
export class AnswerInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => answer ?? { ok: true }),
      defaultIfEmpty({ ok: true }),
    );
  }
}
