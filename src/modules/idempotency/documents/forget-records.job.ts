import { Injectable } from '@nestjs/common';

import { Clock } from '../../../common/time/clock.js';
import type { OwnedCollection } from '../../../flows/collections/owned-collection.js';
import { Declarations } from '../../../flows/declarations.js';
import { type PeriodicJob, ScheduledJob } from '../../../flows/scheduler/scheduled-job.js';
import { IdempotencyRecords } from './idempotency-records.mongo.repository.js';
import { EXPIRY_FIELD } from './idempotency-schema.js';

/** Removes expired records of idempotent requests, and the answers in them. */
@ScheduledJob()
@Injectable()
export class ForgetRecords implements PeriodicJob {
  readonly name = 'idempotency.forget';
  readonly kind = 'periodic';
  readonly everyMs = 3_600_000;

  constructor(
    private readonly declarations: Declarations,
    private readonly records: IdempotencyRecords,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    for (const { name } of this.declarations.collections.filter(keepsRecords))
      await this.records.forget(name, this.clock.now());
  }
}

const keepsRecords = ({ schema }: OwnedCollection): boolean =>
  schema.indexes().some(([keys]) => EXPIRY_FIELD in keys);
