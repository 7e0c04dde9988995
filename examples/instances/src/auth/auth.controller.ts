import { Body, Controller, Post, UnauthorizedException } from '@nestjs/common';
import { z } from 'zod';
import { TokenService } from './token.service.js';

/** Nobody needs a password here: they are demo users. */
const USERS: readonly string[] = ['ada', 'bob'];

const TokenRequest = z.object({ userId: z.string() });

@Controller('api/tokens')
export class AuthController {
  constructor(private readonly tokens: TokenService) {}

  @Post()
  async token(@Body() body: unknown): Promise<{ token: string }> {
    const { data } = TokenRequest.safeParse(body);
    if (!data || !USERS.includes(data.userId))
      throw new UnauthorizedException('There is no such user.');
    return { token: await this.tokens.issue(data.userId) };
  }
}
