import type { DynamicModule, Type } from '@nestjs/common';

import type { OwnedCollection } from './flows/collections/owned-collection.js';
import type { DemoStep } from './flows/demo/demo-step.js';
import type { AccountEraser } from './flows/erasure/account-eraser.js';
import type { AddressedEntries } from './flows/outbox/addressed-entries.js';
import type { EventType } from './flows/outbox/domain-event.js';
import type { Projection } from './flows/projections/projection.js';
import type { CachedLoad } from './flows/reconciliation/cache/cached-load.js';
import type { Check } from './flows/reconciliation/check.js';

/** All that the rest of the system has to know of a feature. `src/features.ts` lists them. */
export interface Feature {
  /** In lower case with hyphens: the OpenAPI tag of its routes, the resource of API-key scopes and of cache tags. */
  name: string;
  /** What it is for, in one sentence, for the OpenAPI document. */
  about: string;
  /** The resources of API-key scopes, where they are not its name: `[]` where no key may use it. */
  resources?: readonly string[];
  module: Type | DynamicModule;
  /** The types of the events that its records give, `deployment.created`. At least one projection handles each. */
  events?: readonly EventType[];
  /** What it keeps in MongoDB. */
  collections?: readonly OwnedCollection[];
  /** What becomes of events in MongoDB, in the order in which the writes are applied. */
  projections?: readonly Projection[];
  /** Comparisons of `db:verify` that no projection and no collection gives by itself. Its module exports them. */
  checks?: readonly Type<Check>[];
  /** Takes away what an account leaves in PostgreSQL, within the transaction that deletes it. Its module exports it. */
  erasers?: readonly Type<AccountEraser>[];
  /** Loads again what it caches by itself, so that `db:verify` can compare it. Its module exports them. */
  cachedLoads?: readonly Type<CachedLoad>[];
  /** The entries that repeat the addresses of accounts: one feature keeps them. */
  addressedEntries?: Type<AddressedEntries>;
  /** Its part of the demonstration data (`db:seed`). Its module exports it. */
  demo?: Type<DemoStep>;
}
