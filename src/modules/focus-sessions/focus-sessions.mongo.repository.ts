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

  /** The session that is running or paused. */
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

  /** The last one that was started here: those that were imported come after no other one. */
  async last(orgId: string, userId: string): Promise<FocusSession | null> {
    const [newest] = await this.list(orgId, userId, {}, 1, null);
    if (!newest || newest.number > 0) return newest ?? null;
    const [last] = await this.mongo.run('find', () =>
      this.sessions()
        .find({ organization_id: orgId, user_id: userId, number: { $gt: 0 } }, { projection: NOT_CARRIED })
        .sort({ number: -1 })
        .limit(1)
        .toArray(),
    );
    return last ?? null;
  }

  /** Those of the ids that are sessions of this person. */
  async owned(orgId: string, userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.mongo.run('find', () =>
      this.sessions()
        .find({ _id: { $in: [...ids] }, organization_id: orgId, user_id: userId })
        .project<{ _id: string }>({ _id: 1 })
        .toArray(),
    );
    return new Set(found.map(({ _id }) => _id));
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
   * Moves a session that still has its version and has counted no further tick. Null if another change came first, or
   * if this very request was carried out already.
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

  /** Of every organisation: the sessions that the scheduler has to examine. */
  toLookAt(now: Date, limit: number): Promise<FocusSession[]> {
    return this.mongo.run('find', () =>
      this.sessions()
        .find({ state: { $in: ACTIVE_STATES }, look_at: { $lte: now } }, { projection: NOT_CARRIED })
        .limit(limit)
        .toArray(),
    );
  }

  /** Ticks have arrived since, so the session is examined later. */
  async lookLater({ _id, version }: FocusSession, at: Date): Promise<void> {
    await this.mongo.run('updateOne', () =>
      this.sessions().updateOne({ _id, version }, { $set: { look_at: at } }),
    );
  }

  /** Of every organisation: ended sessions that have counted earlier ticks only after their end. */
  withLateTicks(limit: number): Promise<FocusSession[]> {
    return this.mongo.run('find', () =>
      this.sessions()
        .find({ has_new_ticks: true, state: { $in: ENDED_STATES } }, { projection: NOT_CARRIED })
        .limit(limit)
        .toArray(),
    );
  }

  /** Adds the effects that report late ticks, as the next version. False if another change came first. */
  async addLateTickEffects(session: FocusSession, effects: readonly Effect[]): Promise<boolean> {
    const update = { $set: { version: session.version + 1 }, $unset: { has_new_ticks: true } };
    const result = await this.mongo.run('updateOne', () =>
      this.sessions().updateOne(unchanged(session), withEffects(update, ...effects)),
    );
    return result.matchedCount > 0;
  }

  private sessions() {
    return this.mongo.collection<FocusSession>(FOCUS_SESSIONS_COLLECTION);
  }
}

/**
 * A tick does not change the version, but the elapsed time that a change reports has to be right, so ticks are
 * compared too.
 */
const unchanged = ({ _id, organization_id, version, claimed_seconds, last_tick_at }: FocusSession) => ({
  ...{ _id, organization_id, version, claimed_seconds },
  ...(last_tick_at ? { last_tick_at } : { last_tick_at: { $exists: false } }),
});
