import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { Mood } from './mood.js';
import { effectsOf } from './mood.effects.js';
import { MoodNotes } from './mood-notes.js';
import { moodsCollection } from './moods.collection.js';
import { MoodIdTaken } from './moods.errors.js';
import { canChangeMoods } from './moods.policy.js';

/** Takes moods in that were recorded before, elsewhere: with their own ids and moments. */
@Injectable()
export class PastMoods {
  constructor(
    private readonly notes: MoodNotes,
    private readonly idempotent: IdempotentDocuments,
    private readonly clock: Clock,
  ) {}

  /** For an id that is not known, of a category that is the person's own. Throws `MoodIdTaken`. */
  async record(
    actor: Principal,
    { _id, note, ...facts }: Omit<Mood, 'organization_id' | 'user_id' | 'version'>,
  ): Promise<void> {
    assertCan(canChangeMoods(actor));
    const { orgId: organization_id, userId: user_id } = actor;
    const sealed = await this.notes.seal(organization_id, user_id, _id, note);
    const mood = { _id, organization_id, user_id, ...facts, note: sealed, version: 1 };
    const effects = effectsOf(actor, 'mood.created', mood, this.clock.now());
    try {
      await this.idempotent.create(moodsCollection, mood, effects, null);
    } catch (error) {
      if (violatedUniqueIndex(error) !== null) throw new MoodIdTaken();
      throw error;
    }
  }
}
