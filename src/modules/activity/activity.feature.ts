import type { Feature } from '../../feature.js';
import { ACTIVITY_COLLECTION } from './activity-log.js';
import { activityLogSchema } from './activity-log.schema.js';
import { ActivityModule } from './activity.module.js';
import { activityProjection } from './activity.projection.js';
import { EntryAddresses } from './entry-addresses.mongo.repository.js';
import { EntryHomes } from './entry-homes.js';
import { UserEmailCheck } from './user-email.check.js';

export const activity: Feature = {
  name: 'activity',
  about: 'What happened: append-only.',
  module: ActivityModule,
  collections: [
    {
      name: ACTIVITY_COLLECTION,
      schema: activityLogSchema,
      resource: 'activity',
      cut: {
        recordedAt: 'recorded_at',
        isDerived: ({ source }) => source === 'outbox',
        isOfEffect: ({ source }) => source === 'effect',
      },
      home: EntryHomes,
      ofOrganization: 'kept',
      // `EntryAddresses` erases their addresses, because it follows every change of an account's address.
      ofAccount: [],
    },
  ],
  projections: [activityProjection],
  checks: [UserEmailCheck],
  addressedEntries: EntryAddresses,
};
