import { Body, Controller, Get, Post, UnauthorizedException } from '@nestjs/common';
import { z } from 'zod';
import { TokenService } from './token.service.js';

/** Nobody needs a password here: they are demo users. */
const USERS = [
  { id: 'ada', name: 'Ada' },
  { id: 'bob', name: 'Bob' },
];

const TokenRequest = z.object({ userId: z.string() });

@Controller('api')
export class AuthController {
  constructor(private readonly tokens: TokenService) {}

  @Get('users')
  users(): typeof USERS {
    return USERS;
  }

  @Post('tokens')
  async token(@Body() body: unknown): Promise<{ token: string }> {
    const { data } = TokenRequest.safeParse(body);
    const user = USERS.find(({ id }) => id === data?.userId);
    if (!user) throw new UnauthorizedException('There is no such user.');
    return { token: await this.tokens.issue(user.id) };
  }
}
