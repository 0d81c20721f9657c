import { Module } from '@nestjs/common';

import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { DirectVerification } from './direct-verification.js';
import { KeyVerificationController } from './key-verification.controller.js';
import { KeyVerification } from './key-verification.service.js';

@Module({
  imports: [ApiKeysModule, AuthModule, RateLimitsModule],
  controllers: [KeyVerificationController],
  providers: [KeyVerification, DirectVerification],
})
export class KeyVerificationModule {}
