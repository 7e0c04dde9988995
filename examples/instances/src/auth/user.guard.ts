import {
  createParamDecorator,
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Principal } from '@hive-academy/langgraph-streaming';
import { TokenService } from './token.service.js';

interface UserRequest {
  readonly headers: { readonly authorization?: string };
  user?: Principal;
}

/** Lets in who presents a token, and remembers who it is. */
@Injectable()
export class UserGuard implements CanActivate {
  constructor(private readonly tokens: TokenService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<UserRequest>();
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const user = await this.tokens.verify(token).catch(() => undefined);
    if (!user) throw new UnauthorizedException('Present a valid token.');
    request.user = user;
    return true;
  }
}

/** The user that {@link UserGuard} let in. */
export const User = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<UserRequest>().user,
);
