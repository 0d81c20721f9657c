import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { IgnoresIdempotencyKey } from '../idempotency/ignores-idempotency-key.decorator.js';
import { OneTimeSecret } from '../idempotency/one-time-secret.decorator.js';
import { ConfirmEmailDto, EmailConfirmationResponse } from './email-confirmations.dto.js';
import { EmailConfirmationsService } from './email-confirmations.service.js';

@ApiTags('email-confirmations')
@Controller()
export class EmailConfirmationsController {
  constructor(private readonly confirmations: EmailConfirmationsService) {}

  @Post('users/:id/email-confirmation')
  @OneTimeSecret('token')
  @ApiOperation({
    summary: 'Vouch for the e-mail address of an account; the token is shown this once',
    description:
      'One use, 7 days, and only while the account has the address that it has now. Give the token to the person, who sends it to `auth/confirm-email`. For an admin of the organisation that manages the account, and for nobody’s own.',
  })
  @ZodResponse({ status: 201, type: EmailConfirmationResponse })
  async issue(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
  ): Promise<EmailConfirmationResponse> {
    const { token, expiresAt } = await this.confirmations.issue(actor, id);
    return { token, expires_at: expiresAt.toISOString() };
  }

  @Post('auth/confirm-email')
  @HttpCode(204)
  @IgnoresIdempotencyKey()
  @ApiOperation({ summary: 'Confirm your e-mail address with the token that you were given' })
  async use(@CurrentPrincipal() actor: Principal, @Body() body: ConfirmEmailDto): Promise<void> {
    await this.confirmations.use(actor, body.token);
  }
}
