import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Position } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { TimeZones } from '../users/time-zones.service.js';
import { type DateRange, momentsOf } from './date-range.js';
import type { Mood } from './mood.js';
import { MoodNotes } from './mood-notes.js';
import { MoodsRepository } from './moods.mongo.repository.js';
import { canReadMoods } from './moods.policy.js';

export const moodNotFound = () => new NotFound('There is no such mood.');

/** Reads the caller's own moods. Rejects with `StoreUnavailable` while MongoDB is away. */
@Injectable()
export class MoodsService {
  constructor(
    private readonly moods: MoodsRepository,
    private readonly notes: MoodNotes,
    private readonly zones: TimeZones,
  ) {}

  /** Newest first by `recorded_at`, and one more than `limit` if it exists. Throws `EmptyDateRange`. */
  async list(actor: Principal, range: DateRange, limit: number, after: Position | null): Promise<Mood[]> {
    assertCan(canReadMoods(actor));
    const { orgId, userId } = actor;
    const hasDates = range.date_from !== undefined || range.date_to !== undefined;
    const moments = hasDates ? momentsOf(range, await this.zones.of(orgId, userId)) : {};
    const found = await this.moods.list(orgId, userId, moments, limit + 1, after && [after.at, after.id]);
    return this.notes.open(orgId, userId, found);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<Mood> {
    assertCan(canReadMoods(actor));
    const { orgId, userId } = actor;
    const found = isId(id) ? await this.moods.find(orgId, userId, id) : null;
    const [mood] = await this.notes.open(orgId, userId, found ? [found] : []);
    if (!mood) throw moodNotFound();
    return mood;
  }

  /** Those of the ids that are moods of this person. */
  known({ orgId, userId }: Principal, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.moods.owned(orgId, userId, ids);
  }

  /** For a record of the same person that names a mood, and has a scope of its own. */
  async isOwn(orgId: string, userId: string, id: string): Promise<boolean> {
    return isId(id) && (await this.moods.find(orgId, userId, id)) !== null;
  }
}
