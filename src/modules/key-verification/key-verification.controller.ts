import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { IgnoresIdempotencyKey } from '../idempotency/ignores-idempotency-key.decorator.js';
import { KeyVerificationResponse, VerifyKeyDto } from './key-verification.dto.js';
import { KeyVerification } from './key-verification.service.js';

@ApiTags('api-keys')
@Controller('api-keys/verify')
export class KeyVerificationController {
  constructor(private readonly verification: KeyVerification) {}

  @Post()
  @IgnoresIdempotencyKey()
  @ApiOperation({
    summary: 'Check an API key that your program was given',
    description:
      'Always 200; `code` says what is wrong. A refused check costs no credit. Keys of other organisations are NOT_FOUND.',
  })
  @ZodResponse({ status: 200, type: KeyVerificationResponse })
  verify(@CurrentPrincipal() actor: Principal, @Body() body: VerifyKeyDto): Promise<KeyVerificationResponse> {
    return this.verification.verify(actor, body);
  }
}
