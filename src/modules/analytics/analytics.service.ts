import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import type { AnalyticsEvent } from './analytics-event.js';
import { AnalyticsEventsRepository, type EventFilter } from './analytics-events.mongo.repository.js';
import { canReadAnalytics } from './analytics.policy.js';

/** The readable events of one organisation, without those that still wait in the spool. */
@Injectable()
export class AnalyticsService {
  constructor(private readonly events: AnalyticsEventsRepository) {}

  /** Newest first, and one more than `limit` if it exists. Throws `Forbidden`, `StoreUnavailable`. */
  list(
    actor: Principal,
    filter: EventFilter,
    limit: number,
    after: Position | null,
  ): Promise<AnalyticsEvent[]> {
    assertCan(canReadAnalytics(actor));
    return this.events.list(actor.orgId, filter, limit + 1, after);
  }
}
