import { Injectable } from '@nestjs/common';

import { carrying, NOT_CARRIED, withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import {
  type IdempotentRequest,
  unrecorded,
  withRecord,
} from '../idempotency/documents/idempotent-request.js';
import { PROMPT_SETS_COLLECTION, type PromptSet } from './prompt-set.js';

/** How many one command removes, so that no other writer waits long. */
const REMOVED_AT_ONCE = 1_000;

/** The sets of days, through the driver. Rejects with `StoreUnavailable`. */
@Injectable()
export class PromptSetsRepository {
  constructor(private readonly mongo: Mongo) {}

  find(orgId: string, userId: string, date: string): Promise<PromptSet | null> {
    return this.mongo.run('find', () =>
      this.sets().findOne({ organization_id: orgId, user_id: userId, date }, { projection: NOT_CARRIED }),
    );
  }

  /** False if another request has created the set of this day. */
  async insert(set: PromptSet): Promise<boolean> {
    try {
      await this.mongo.run('insert', () => this.sets().insertOne(carrying(set)));
      return true;
    } catch (error) {
      if (violatedUniqueIndex(error) !== null) return false;
      throw error;
    }
  }

  /** Null if the prompt is completed already, or if this very request was carried out already. */
  complete(
    { _id, organization_id }: PromptSet,
    promptId: string,
    at: Date,
    effect: Effect,
    request: IdempotentRequest | null,
  ): Promise<PromptSet | null> {
    const open = { prompts: { $elemMatch: { id: promptId, completed_at: null } } };
    return this.mongo.run('findOneAndUpdate', () =>
      this.sets().findOneAndUpdate(
        unrecorded({ _id, organization_id, ...open }, request),
        withRecord(withEffects({ $set: { 'prompts.$.completed_at': at } }, effect), request),
        { returnDocument: 'after', projection: NOT_CARRIED },
      ),
    );
  }

  /** Removes the sets of days before this date, in every organisation. Returns how many there were. */
  async removeBefore(date: string, signal: AbortSignal): Promise<number> {
    let removed = 0;
    while (!signal.aborted) {
      const ids = await this.mongo.run('find', () =>
        this.sets()
          .find({ date: { $lt: date } })
          .project<{ _id: string }>({ _id: 1 })
          .limit(REMOVED_AT_ONCE)
          .toArray(),
      );
      if (ids.length === 0) break;
      const { deletedCount } = await this.mongo.run('delete', () =>
        this.sets().deleteMany({ _id: { $in: ids.map(({ _id }) => _id) } }),
      );
      removed += deletedCount;
    }
    return removed;
  }

  private sets() {
    return this.mongo.collection<PromptSet>(PROMPT_SETS_COLLECTION);
  }
}
