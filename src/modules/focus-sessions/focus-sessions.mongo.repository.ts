import { Injectable } from '@nestjs/common';

import { NOT_CARRIED, withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { givenConditions } from '../../stores/mongo/given-conditions.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import {
  type IdempotentRequest,
  unrecorded,
  withRecord,
} from '../idempotency/documents/idempotent-request.js';
import { FOCUS_SESSIONS_COLLECTION, type FocusSession } from './focus-session.js';
import type { MovedFields } from './focus-session-move.js';
import { ACTIVE_STATES, ENDED_STATES, type FocusState } from './focus-session-state.js';

const RETURNED = { returnDocument: 'after', projection: NOT_CARRIED } as const;

/** Focus sessions, through the driver. Rejects with `StoreUnavailable`. */
@Injectable()
export class FocusSessionsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  find(orgId: string, userId: string, id: string): Promise<FocusSession | null> {
    return this.mongo.run('find', () =>
      this.sessions().findOne(
        { _id: id, organization_id: orgId, user_id: userId },
        { projection: NOT_CARRIED },
      ),
    );
  }

  /** The one that is running or paused. */
  active(orgId: string, userId: string): Promise<FocusSession | null> {
    return this.mongo.run('find', () =>
      this.sessions().findOne(
        { organization_id: orgId, user_id: userId, state: { $in: ACTIVE_STATES } },
        { projection: NOT_CARRIED },
      ),
    );
  }

  byNumber(orgId: string, userId: string, number: number): Promise<FocusSession | null> {
    return this.mongo.run('find', () =>
      this.sessions().findOne(
        { organization_id: orgId, user_id: userId, number },
        { projection: NOT_CARRIED },
      ),
    );
  }

  /** Of those that were started here, the last one. */
  greatestNumber(orgId: string, userId: string): Promise<FocusSession | null> {
    return this.mongo.run('find', () =>
      this.sessions().findOne(
        { organization_id: orgId, user_id: userId, number: { $gte: 1 } },
        { sort: { number: -1 }, projection: NOT_CARRIED },
      ),
    );
  }

  /** Newest first, from `beforeId` on. */
  list(
    orgId: string,
    userId: string,
    filter: { state?: FocusState | undefined },
    limit: number,
    beforeId: string | null,
  ): Promise<FocusSession[]> {
    return this.pages.newest<FocusSession>(FOCUS_SESSIONS_COLLECTION, {
      filter: { organization_id: orgId, user_id: userId, ...givenConditions(filter) },
      sort: ['_id'],
      after: beforeId === null ? null : [beforeId],
      limit,
      projection: NOT_CARRIED,
    });
  }

  /**
   * Moves a session that still has its version and has counted no further tick. Null where something was faster, or this
   * very request was carried out already.
   */
  move(
    session: FocusSession,
    fields: MovedFields,
    effects: readonly Effect[],
    request: IdempotentRequest | null,
  ): Promise<FocusSession | null> {
    const isEnd = fields.ended_at !== null;
    const update = {
      $set: fields,
      ...(isEnd && { $unset: { has_new_ticks: true } }),
    };
    return this.mongo.run('findOneAndUpdate', () =>
      this.sessions().findOneAndUpdate(
        unrecorded(unchanged(session), request),
        withRecord(withEffects(update, ...effects), request),
        RETURNED,
      ),
    );
  }

  /** Of whatever organisation, those that the scheduler has to look at. */
  toLookAt(now: Date, limit: number): Promise<FocusSession[]> {
    return this.mongo.run('find', () =>
      this.sessions()
        .find({ state: { $in: ACTIVE_STATES }, look_at: { $lte: now } }, { projection: NOT_CARRIED })
        .limit(limit)
        .toArray(),
    );
  }

  /** Ticks have come since: has it looked at later. */
  async lookLater({ _id, version }: FocusSession, at: Date): Promise<void> {
    await this.mongo.run('updateOne', () =>
      this.sessions().updateOne({ _id, version }, { $set: { look_at: at } }),
    );
  }

  /** Of whatever organisation, those that have ended and counted ticks of before that only afterwards. */
  withLateTicks(limit: number): Promise<FocusSession[]> {
    return this.mongo.run('find', () =>
      this.sessions()
        .find({ has_new_ticks: true, state: { $in: ENDED_STATES } }, { projection: NOT_CARRIED })
        .limit(limit)
        .toArray(),
    );
  }

  /** The effects that tell of late ticks go with the next version. False where something was faster. */
  async tellLateTicks(session: FocusSession, effects: readonly Effect[]): Promise<boolean> {
    const update = { $set: { version: session.version + 1 }, $unset: { has_new_ticks: true } };
    const told = await this.mongo.run('updateOne', () =>
      this.sessions().updateOne(unchanged(session), withEffects(update, ...effects)),
    );
    return told.matchedCount > 0;
  }

  private sessions() {
    return this.mongo.collection<FocusSession>(FOCUS_SESSIONS_COLLECTION);
  }
}

/** A tick raises no version, but what a change tells of the elapsed time has to hold. */
const unchanged = ({ _id, organization_id, version, claimed_seconds, last_tick_at }: FocusSession) => ({
  ...{ _id, organization_id, version, claimed_seconds },
  ...(last_tick_at ? { last_tick_at } : { last_tick_at: { $exists: false } }),
});
