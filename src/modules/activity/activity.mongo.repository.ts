import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import type { ActivityLog } from './activity-log.js';

export const ACTIVITY_MODEL = 'ActivityLog';

/** Each one that is given has to match. */
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

/** The position of the last entry of a page. */
export interface ActivityPosition {
  occurredAt: Date;
  id: string;
}

/** Reads the activity log. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class ActivityRepository {
  constructor(
    private readonly mongo: Mongo,
    @InjectModel(ACTIVITY_MODEL) private readonly model: Model<ActivityLog>,
  ) {}

  async find(orgId: string, id: string): Promise<ActivityLog | null> {
    return this.mongo.run('find', () =>
      this.model.findOne({ _id: id, organization_id: orgId }).lean<ActivityLog>().exec(),
    );
  }

  /** Newest first, from `after` on. */
  async list(
    orgId: string,
    filter: ActivityFilter,
    limit: number,
    after: ActivityPosition | null,
  ): Promise<ActivityLog[]> {
    return this.mongo.run('find', () =>
      this.model
        .find(conditionsOf(orgId, filter, after))
        .sort({ occurred_at: -1, _id: -1 })
        .limit(limit)
        .lean<ActivityLog[]>()
        .exec(),
    );
  }
}

function conditionsOf(
  orgId: string,
  filter: ActivityFilter,
  after: ActivityPosition | null,
): QueryFilter<ActivityLog> {
  const { from, to, ...equal } = filter;
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  const bounds = {
    ...(from && { $gte: from }),
    ...(to && { $lt: to }),
    // Implied by the position, and what the index can use of it.
    ...(after && { $lte: after.occurredAt }),
  };
  return {
    organization_id: orgId,
    ...Object.fromEntries(given),
    ...(Object.keys(bounds).length > 0 && { occurred_at: bounds }),
    ...(after && {
      $or: [
        { occurred_at: { $lt: after.occurredAt } },
        { occurred_at: after.occurredAt, _id: { $lt: after.id } },
      ],
    }),
  };
}
