import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { ActivityVerification, type VerificationReport } from './checkpoints/verification.js';
import type { VerifyActivityQuery } from './audit.dto.js';
import { canVerifyActivity } from './audit.policy.js';

/** Detects manipulation of an organisation's activity log. */
@Injectable()
export class AuditService {
  constructor(private readonly verification: ActivityVerification) {}

  /** Throws `Forbidden`, `VerificationUnderWay`, `StoreUnavailable`. */
  verify(
    actor: Principal,
    { from, to, known_head: known }: VerifyActivityQuery,
  ): Promise<VerificationReport> {
    assertCan(canVerifyActivity(actor));
    const range = { from: momentOf(from), to: momentOf(to) };
    return this.verification.verify(actor.orgId, {
      range,
      known: known === undefined ? null : headOf(known),
    });
  }
}

const momentOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));

function headOf(text: string): { sequence: number; digest: Buffer } {
  const [sequence = '', digest = ''] = text.split(':');
  return { sequence: Number(sequence), digest: Buffer.from(digest, 'hex') };
}
