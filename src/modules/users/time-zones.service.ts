import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { tags } from '../../cache/tags.js';
import { canonicalTimeZone } from '../../common/time/time-zone.js';
import { UsersReadModel } from './users.pg.read-model.js';

const TTL_MS = 300_000;
/** How long the time zone stays available while PostgreSQL is away, for reads of MongoDB's records by day. */
const GRACE_MS = 86_400_000;

/** The time zone that defines the days of an account. Cached, and never stale once a change was answered. */
@Injectable()
export class TimeZones {
  constructor(
    private readonly cache: TaggedCache,
    private readonly accounts: UsersReadModel,
  ) {}

  /** The IANA name, in the spelling of `canonicalTimeZone`. `UTC` for an id that is no member of the organisation. */
  async of(orgId: string, userId: string): Promise<string> {
    const zone = await this.cache.readJson<string | null>(
      {
        orgId,
        key: `time-zone:${userId}`,
        tags: [tags.entity(orgId, 'users', userId)],
        ttlMs: TTL_MS,
        graceMs: GRACE_MS,
        route: 'time-zone',
      },
      () => this.accounts.timeZoneOf(orgId, userId),
    );
    return canonicalTimeZone(zone ?? 'UTC');
  }
}
