import type { Type } from '@nestjs/common';

import type { OwnedCollection } from './collections/owned-collection.js';
import type { AccountEraser } from './erasure/account-eraser.js';
import type { AddressedEntries } from './outbox/addressed-entries.js';
import type { EventType } from './outbox/domain-event.js';
import type { Projection } from './projections/projection.js';
import type { CachedLoad } from './reconciliation/cache/cached-load.js';
import type { Check } from './reconciliation/check.js';

/** What all features declare, as far as the flows need it. `FlowsModule.forRoot` provides it. */
export abstract class Declarations {
  /** The resources of API-key scopes. */
  abstract readonly resources: readonly string[];
  abstract readonly eventTypes: readonly EventType[];
  abstract readonly collections: readonly OwnedCollection[];
  abstract readonly projections: readonly Projection[];
  abstract readonly checks: readonly Type<Check>[];
  abstract readonly erasers: readonly Type<AccountEraser>[];
  abstract readonly cachedLoads: readonly Type<CachedLoad>[];
  abstract readonly addressedEntries: Type<AddressedEntries>;
}
