import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { Public } from '../../common/http/public.decorator.js';
import { OneTimeSecret } from '../idempotency/one-time-secret.decorator.js';
import { PasswordResetResponse, ResetPasswordDto } from './password-resets.dto.js';
import { PasswordResetsService } from './password-resets.service.js';

@ApiTags('password-resets')
@Controller()
export class PasswordResetsController {
  constructor(private readonly resets: PasswordResetsService) {}

  @Post('users/:id/password-reset')
  @OneTimeSecret('token')
  @ApiOperation({
    summary: 'Issue a password reset for an account; its token is shown this once',
    description:
      'One use, 24 hours, and only while the account has the password that it has now. Give the token to the person, who sends it to `auth/password-reset`. For a platform admin, and for an account that belongs to another organisation as well, only a platform admin may issue one.',
  })
  @ZodResponse({ status: 201, type: PasswordResetResponse })
  async issue(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<PasswordResetResponse> {
    const { token, expiresAt } = await this.resets.issue(actor, id);
    return { token, expires_at: expiresAt.toISOString() };
  }

  @Post('auth/password-reset')
  @HttpCode(204)
  @Public()
  @ApiOperation({ summary: 'Set a new password with the token of a reset; all sessions end' })
  async use(@Body() body: ResetPasswordDto): Promise<void> {
    await this.resets.use(body.token, body.new_password);
  }
}
