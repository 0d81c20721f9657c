import type { DynamicModule, Type } from '@nestjs/common';

import type { OwnedCollection } from './flows/collections/owned-collection.js';
import type { AccountEraser } from './flows/erasure/account-eraser.js';
import type { EventType } from './flows/outbox/domain-event.js';
import type { Projection } from './flows/projections/projection.js';
import type { Check } from './flows/reconciliation/check.js';
import type { DemoStep } from './flows/demo/demo-step.js';

/** All that the rest of the system has to know of a feature. `src/features.ts` lists them. */
export interface Feature {
  /** In lower case with hyphens: the OpenAPI tag of its routes, the resource of API-key scopes and of cache tags. */
  name: string;
  /** What it is for, in one sentence, for the OpenAPI document. */
  about: string;
  /** Further resources of API-key scopes, for a feature whose routes have several: `['members']`. */
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
  /** Its part of the demonstration data (`db:seed`). Its module exports it. */
  demo?: Type<DemoStep>;
}
