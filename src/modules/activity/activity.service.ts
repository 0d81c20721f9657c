import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import type { ActivityLog } from './activity-log.js';
import { type ActivityFilter, ActivityRepository } from './activity.mongo.repository.js';
import { canReadActivity } from './activity.policy.js';

/** Some hundred kilobytes, so that the memory of an export does not depend on its size. */
const EXPORT_PAGE = 500;

/** The readable activity log of one organisation, without the entries that still wait in the spool. */
@Injectable()
export class ActivityService {
  constructor(private readonly activity: ActivityRepository) {}

  /** Throws `NotFound`, `Forbidden`, `StoreUnavailable`. */
  async get(actor: Principal, id: string): Promise<ActivityLog> {
    assertCan(canReadActivity(actor));
    const entry = isId(id) ? await this.activity.find(actor.orgId, id) : null;
    if (!entry) throw new NotFound('There is no such activity entry.');
    return entry;
  }

  /**
   * Every entry, newest first, read page by page. Checks the caller's rights before the first page. Throws like
   * `list`. Ends early if `signal` is aborted.
   */
  async *all(actor: Principal, filter: ActivityFilter, signal: AbortSignal): AsyncGenerator<ActivityLog> {
    assertCan(canReadActivity(actor));
    let after: Position | null = null;
    for (;;) {
      const page: ActivityLog[] = await this.activity.list(actor.orgId, filter, EXPORT_PAGE, after);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < EXPORT_PAGE || signal.aborted) return;
      after = { at: last.occurred_at, id: last._id };
    }
  }

  /** Newest first, and one entry more than `limit` if it exists. */
  list(
    actor: Principal,
    filter: ActivityFilter,
    limit: number,
    after: Position | null,
  ): Promise<ActivityLog[]> {
    assertCan(canReadActivity(actor));
    return this.activity.list(actor.orgId, filter, limit + 1, after);
  }
}
