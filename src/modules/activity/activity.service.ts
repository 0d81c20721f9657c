import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { tags } from '../../cache/tags.js';
import { NotFound, Unavailable } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { UsersReadModel } from '../users/users.pg.read-model.js';
import type { ActivityLog } from './activity-log.schema.js';
import type { RecordActivityDto } from './activity.dto.js';
import {
  type ActivityFilter,
  type ActivityPosition,
  ActivityRepository,
} from './activity.mongo.repository.js';
import { canReadActivity, canRecordActivity } from './activity.policy.js';

const EMAIL_TTL_MS = 300_000;

/** The activity log of one organisation: append-only. */
@Injectable()
export class ActivityService {
  private readonly logger = new Logger(ActivityService.name);

  constructor(
    private readonly activity: ActivityRepository,
    private readonly users: UsersReadModel,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
  ) {}

  /** Throws `Forbidden`, `StoreUnavailable`. */
  async record(actor: Principal, input: RecordActivityDto): Promise<ActivityLog> {
    assertCan(canRecordActivity(actor));
    const now = this.clock.now();
    const entry: ActivityLog = {
      _id: newId(),
      organization_id: actor.orgId,
      event_type: input.event_type,
      user_id: input.user_id ?? null,
      user_email: input.user_id === undefined ? null : await this.emailOf(actor.orgId, input.user_id),
      actor_id: actor.userId,
      api_key_id: actor.apiKeyId,
      resource_type: input.resource_type ?? null,
      resource_id: input.resource_id ?? null,
      payload: input.payload,
      occurred_at: input.occurred_at === undefined ? now : new Date(input.occurred_at),
      recorded_at: now,
      source: 'api',
    };
    await this.activity.insert(entry);
    await this.cache.invalidate([tags.collection(actor.orgId, 'activity')]);
    return entry;
  }

  /** Throws `NotFound`, `Forbidden`. */
  async get(actor: Principal, id: string): Promise<ActivityLog> {
    assertCan(canReadActivity(actor));
    const entry = isId(id) ? await this.activity.find(actor.orgId, id) : null;
    if (!entry) throw new NotFound('There is no such activity entry.');
    return entry;
  }

  /** Newest first; one more than `limit`, where there is one. */
  list(
    actor: Principal,
    filter: ActivityFilter,
    limit: number,
    after: ActivityPosition | null,
  ): Promise<ActivityLog[]> {
    assertCan(canReadActivity(actor));
    return this.activity.list(actor.orgId, filter, limit + 1, after);
  }

  /** Null, too, while PostgreSQL cannot say: the entry matters more than the address. */
  private async emailOf(orgId: string, userId: string): Promise<string | null> {
    if (!isId(userId)) return null;
    const request = {
      orgId,
      key: `activity:email:${userId}`,
      tags: [tags.entity(orgId, 'users', userId)],
      ttlMs: EMAIL_TTL_MS,
      route: 'activity.email',
    };
    try {
      return await this.cache.readJson(request, () => this.users.emailOf(orgId, userId));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.logger.debug('The e-mail address of an activity entry could not be looked up');
      return null;
    }
  }
}
