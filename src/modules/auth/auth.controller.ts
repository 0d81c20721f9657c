import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { clientAddress } from '../../common/http/client-address.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { Public } from '../../common/http/public.decorator.js';
import { IgnoresIdempotencyKey } from '../idempotency/ignores-idempotency-key.decorator.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { UsersService } from '../users/users.service.js';
import { toOwnUserResponse } from '../users/user.response.js';
import { ChangePasswordDto, LoginDto, LoginResponse } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { PasswordService } from './password.service.js';

@ApiTags('auth')
@IgnoresIdempotencyKey()
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly passwords: PasswordService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
  ) {}

  @Post('login')
  @Public()
  @ApiOperation({ summary: 'Exchange a password for a session token' })
  @ZodResponse({ status: 200, type: LoginResponse })
  async login(@Body() body: LoginDto, @Req() request: FastifyRequest): Promise<LoginResponse> {
    const userAgent = request.headers['user-agent']?.slice(0, 256) ?? null;
    const session = await this.auth.login(body, { address: clientAddress(request.ip), userAgent });
    return {
      access_token: session.token,
      token_type: 'Bearer',
      expires_at: session.expiresAt.toISOString(),
      user: toOwnUserResponse(await this.users.ownAccount(session.organizationId, session.userId)),
    };
  }

  @Post('logout')
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session; its token is refused from the next request on' })
  @ApiResponse({ status: 204, description: 'It has ended.' })
  @ApiResponse({ status: 404, description: 'It has ended meanwhile.' })
  async logout(@CurrentPrincipal() actor: Principal): Promise<void> {
    await this.sessions.logout(actor);
  }

  @Post('password')
  @HttpCode(204)
  @ApiOperation({ summary: 'Change your password; your other sessions end' })
  async changePassword(
    @CurrentPrincipal() actor: Principal,
    @Body() body: ChangePasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.passwords.change(actor, request.ip, body.current_password, body.new_password);
  }
}
