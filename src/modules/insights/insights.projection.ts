import type { RecordedEvent } from '../../flows/outbox/domain-event.js';
import type { Projection } from '../../flows/projections/projection.js';
import { ALL_DAYS } from './insight-marks.js';
import { USER_ANALYTICS_COLLECTION } from './user-analytics.js';

/** A new time zone of an account changes all of its days, in every organisation. */
export const insightsProjection: Projection = {
  name: 'insights',
  handles: ['user.updated'],
  writes: ({ aggregate, payload }) =>
    changesTimeZone(payload)
      ? [
          {
            collection: USER_ANALYTICS_COLLECTION,
            updateMany: {
              filter: { user_id: aggregate.id },
              update: { $set: { is_stale: true, [`marks.${ALL_DAYS}`]: true }, $inc: { revision: 1 } },
            },
          },
        ]
      : [],
  tags: () => [],
};

const changesTimeZone = ({ changed }: RecordedEvent['payload']): boolean =>
  Array.isArray(changed) && changed.includes('time_zone');
