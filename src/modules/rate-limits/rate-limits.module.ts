import { Module } from '@nestjs/common';

import { RateLimitCounters } from './rate-limit-counters.js';
import { RateLimits } from './rate-limits.service.js';
import { RequestLimits } from './request-limits.service.js';

@Module({
  providers: [RateLimitCounters, RateLimits, RequestLimits],
  exports: [RateLimitCounters, RateLimits, RequestLimits],
})
export class RateLimitsModule {}
