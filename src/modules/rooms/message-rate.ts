import { Injectable } from '@nestjs/common';

import { type RateState, RateLimits } from '../rate-limits/rate-limits.service.js';
import { TooManyMessages } from './rooms.errors.js';

const LIMIT = { limit: 60, windowSeconds: 10 } as const;

/** Limits a member of the organisation to 60 messages in 10 s, together over all instances. */
@Injectable()
export class MessageRate {
  constructor(private readonly limits: RateLimits) {}

  /** Throws `TooManyMessages`. */
  async count(orgId: string, userId: string): Promise<RateState> {
    const state = await this.limits.count(`messages:${orgId}:${userId}`, LIMIT);
    if (!state.isAdmitted) throw new TooManyMessages(state.resetSeconds);
    return state;
  }
}
