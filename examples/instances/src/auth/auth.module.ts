import { Module } from '@nestjs/common';
import { AuthController } from './auth.controller.js';
import { TokenService } from './token.service.js';

@Module({ controllers: [AuthController], providers: [TokenService], exports: [TokenService] })
export class AuthModule {}
