import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { FocusSession } from './focus-session.js';
import { effectsOf, type FocusEvent } from './focus-session.effects.js';
import { focusSessionsCollection } from './focus-sessions.collection.js';
import { FocusSessionsRepository } from './focus-sessions.mongo.repository.js';
import { canFocus } from './focus-sessions.policy.js';

/** A session as it was elsewhere. It has ended. */
export type PastSession = Omit<
  FocusSession,
  'organization_id' | 'user_id' | 'number' | 'version' | 'look_at' | 'has_new_ticks'
>;

/** Takes sessions in that were held before, elsewhere: with their own ids and moments. */
@Injectable()
export class PastFocusSessions {
  constructor(
    private readonly sessions: FocusSessionsRepository,
    private readonly idempotent: IdempotentDocuments,
    private readonly clock: Clock,
  ) {}

  /** Those of the ids that are sessions of this person. */
  known({ orgId, userId }: Principal, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.sessions.owned(orgId, userId, ids);
  }

  /** Nothing happens where another request has recorded it meanwhile. */
  async record(actor: Principal, past: PastSession): Promise<void> {
    assertCan(canFocus(actor));
    const session: FocusSession = {
      ...past,
      organization_id: actor.orgId,
      user_id: actor.userId,
      number: numberOf(past._id),
      version: 1,
      look_at: past.updated_at,
    };
    const effects = effectsOf(actor, past.state as FocusEvent, { ...session, updated_at: this.clock.now() });
    try {
      await this.idempotent.create(focusSessionsCollection, session, effects, null);
    } catch (error) {
      if (violatedUniqueIndex(error) === null) throw error;
    }
  }
}

/** Negative, and another one for each id: 52 bits, as many as a double holds exactly. */
const numberOf = (id: string): number =>
  -1 - Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, 13), 16);
