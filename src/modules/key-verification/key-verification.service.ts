import { Injectable } from '@nestjs/common';

import { parseToken } from '../../common/crypto/tokens.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { Declarations } from '../../flows/declarations.js';
import { canReadApiKeys } from '../api-keys/api-keys.policy.js';
import { KeyCredits } from '../api-keys/key-credits.service.js';
import { isKey } from '../auth/credentials.js';
import { LastUses } from '../auth/last-uses.service.js';
import { PrincipalResolver } from '../auth/principal-resolver.js';
import type { NamedState } from '../rate-limits/rate-limit-fields.js';
import type { RateState } from '../rate-limits/rate-limits.service.js';
import { RequestLimits } from '../rate-limits/request-limits.service.js';
import type { VerificationCode, KeyVerificationResponse, VerifyKeyDto } from './key-verification.dto.js';
import { standingOf } from './standing.js';
import { type Counted, type KnownKey, NOT_FOUND, toVerification } from './verification.response.js';

/** Answers whether a key may do something, and counts the verification. */
@Injectable()
export class KeyVerification {
  constructor(
    private readonly principals: PrincipalResolver,
    private readonly limits: RequestLimits,
    private readonly credits: KeyCredits,
    private readonly uses: LastUses,
    private readonly declarations: Declarations,
    private readonly clock: Clock,
  ) {}

  /** Throws `Forbidden`. Rejects with `StoreUnavailable` if PostgreSQL is needed and away. */
  async verify(actor: Principal, { key, scopes, cost }: VerifyKeyDto): Promise<KeyVerificationResponse> {
    assertCan(canReadApiKeys(actor));
    const known = await this.find(actor.orgId, key);
    if (!known) return NOT_FOUND;
    const shown = (code: VerificationCode, counted?: Counted): KeyVerificationResponse =>
      toVerification(known, this.declarations.resources, code, counted);
    const standing = standingOf(known, scopes ?? [], this.clock.now());
    if (standing !== 'VALID') return shown(standing);
    const { rateLimits = [], hasCredits } = known.key;
    const rate = tightest(await this.limits.countOfKey(known.apiKeyId, rateLimits));
    if (rate && !rate.isAdmitted) return shown('RATE_LIMITED', { rate });
    const paid = hasCredits ? await this.credits.pay(known.apiKeyId, cost) : null;
    if (paid && !paid.isPaid) return shown('USAGE_EXCEEDED', { rate, remaining: paid.remaining });
    this.uses.note({ apiKeyId: known.apiKeyId, sessionId: null });
    return shown('VALID', { rate, remaining: paid?.remaining ?? null });
  }

  /** Null for text that is no key, and for the keys of other organisations. */
  private async find(orgId: string, text: string): Promise<KnownKey | null> {
    const token = parseToken(text);
    if (!token || !isKey(token)) return null;
    const identity = await this.principals.ofKey(token);
    const { apiKeyId = null, key } = identity ?? {};
    if (!identity || !key || apiKeyId === null || identity.defaultOrgId !== orgId) return null;
    return { ...identity, apiKeyId, key };
  }
}

/** Null: the key has no limit. */
const tightest = (states: readonly NamedState[]): RateState | null =>
  states.map(({ state }) => state).toSorted((one, other) => one.remaining - other.remaining)[0] ?? null;
