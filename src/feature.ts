import type { DynamicModule, Type } from '@nestjs/common';

import type { OwnedCollection } from './flows/collections/owned-collection.js';
import type { DemoStep } from './flows/demo/demo-step.js';
import type { AccountEraser } from './flows/erasure/account-eraser.js';
import type { AddressedEntries } from './flows/outbox/addressed-entries.js';
import type { EventType } from './flows/outbox/domain-event.js';
import type { Projection } from './flows/projections/projection.js';
import type { CachedLoad } from './flows/reconciliation/cache/cached-load.js';
import type { Check } from './flows/reconciliation/check.js';

/** Everything that the rest of the system needs to know about a feature. `src/features.ts` lists them. */
export interface Feature {
  /** In lower case with hyphens: the OpenAPI tag of its routes, the resource of API-key scopes and of cache tags. */
  name: string;
  /** Its purpose in one sentence, for the OpenAPI document. */
  about: string;
  /** The resources of API-key scopes, if they differ from its name. `[]` if no key may use it. */
  resources?: readonly string[];
  module: Type | DynamicModule;
  /** The types of its records' events, `deployment.created`. At least one projection handles each. */
  events?: readonly EventType[];
  /** Its collections in MongoDB. */
  collections?: readonly OwnedCollection[];
  /** What events become in MongoDB, in the order in which the writes are applied. */
  projections?: readonly Projection[];
  /** Checks of `db:verify` besides those that follow from projections and collections. Its module exports them. */
  checks?: readonly Type<Check>[];
  /**
   * Erases what an account has left in PostgreSQL, within the transaction that deletes the account. Its module exports
   * it.
   */
  erasers?: readonly Type<AccountEraser>[];
  /** Repeats the loads that it caches itself, so that `db:verify` can compare them. Its module exports them. */
  cachedLoads?: readonly Type<CachedLoad>[];
  /** The entries that repeat the addresses of accounts. One feature declares them. */
  addressedEntries?: Type<AddressedEntries>;
  /** Its part of the demonstration data (`db:seed`). Its module exports it. */
  demo?: Type<DemoStep>;
}
