import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import type { Position } from '../../common/http/page.js';
import { givenConditions } from '../../stores/mongo/given-conditions.js';
import { MONGO_CONNECTION } from '../../stores/mongo/connection-name.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from './activity-log.js';

export const ACTIVITY_MODEL = 'ActivityLog';

/** Every condition that is given has to match. */
export interface ActivityFilter {
  user_id?: string | undefined;
  event_type?: string | undefined;
  resource_type?: string | undefined;
  resource_id?: string | undefined;
  actor_id?: string | undefined;
  api_key_id?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** Reads the activity log. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class ActivityRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
    @InjectModel(ACTIVITY_MODEL, MONGO_CONNECTION) private readonly model: Model<ActivityLog>,
  ) {}

  async find(orgId: string, id: string): Promise<ActivityLog | null> {
    return this.mongo.run('find', () =>
      this.model.findOne({ _id: id, organization_id: orgId }).lean<ActivityLog>().exec(),
    );
  }

  /** Newest first, from `after` on. */
  list(
    orgId: string,
    { from, to, ...equal }: ActivityFilter,
    limit: number,
    after: Position | null,
  ): Promise<ActivityLog[]> {
    return this.pages.newest<ActivityLog>(ACTIVITY_COLLECTION, {
      filter: { organization_id: orgId, ...givenConditions(equal) },
      sort: ['occurred_at', '_id'],
      from,
      to,
      after: after && [after.at, after.id],
      limit,
    });
  }
}
