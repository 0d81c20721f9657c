import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { TooManyRequests } from '../../common/errors/kinds.js';
import { throttledAddress } from '../../common/http/client-address.js';
import type { KeyLimit, Principal, RateLimit } from '../../common/http/principal.js';
import { Config } from '../../config/config.js';
import { type NamedState, rateLimitFields } from './rate-limit-fields.js';
import { RateLimits } from './rate-limits.service.js';

/** Limits requests before their body is read: by the key's own limit, and by `RATE_LIMIT` for each principal or address. */
@Injectable()
export class RequestLimits {
  private readonly ofAll: RateLimit | null;

  constructor(
    config: Config,
    private readonly limits: RateLimits,
  ) {
    this.ofAll = config.http.rateLimit;
  }

  /** Sets the header fields of the request's limits. Throws `TooManyRequests`. */
  async admit(principal: Principal, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { apiKeyId, userId, rateLimits = [] } = principal;
    if (this.ofAll === null && rateLimits.length === 0) return;
    const states = await this.countOfKey(apiKeyId, rateLimits);
    if (this.ofAll !== null && states.every(({ state }) => state.isAdmitted)) {
      const name = apiKeyId === null ? `user:${userId}` : `caller:${apiKeyId}`;
      const { rateCost } = request.routeOptions.config;
      states.push({ policy: 'principal', state: await this.limits.count(name, this.ofAll, rateCost) });
    }
    answer(states, reply);
  }

  /** A request or a verification of a key: by its own limit, then by those of its makers, up to the first that refuses. */
  async countOfKey(apiKeyId: string | null, limits: readonly KeyLimit[]): Promise<NamedState[]> {
    const states: NamedState[] = [];
    for (const limit of limits) {
      const state = await this.limits.count(`key:${limit.keyId}`, limit);
      states.push({ policy: limit.keyId === apiKeyId ? 'key' : 'maker', state });
      if (!state.isAdmitted) break;
    }
    return states;
  }

  /** A request that needs no credential. Throws `TooManyRequests`. */
  async admitAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.ofAll === null) return;
    const name = `address:${throttledAddress(request.ip)}`;
    const { rateCost } = request.routeOptions.config;
    answer([{ policy: 'address', state: await this.limits.count(name, this.ofAll, rateCost) }], reply);
  }
}

function answer(states: readonly NamedState[], reply: FastifyReply): void {
  void reply.headers(rateLimitFields(states));
  const refused = states.filter(({ state }) => !state.isAdmitted);
  if (refused.length > 0)
    throw new TooManyRequests(Math.max(...refused.map(({ state }) => state.resetSeconds)));
}
