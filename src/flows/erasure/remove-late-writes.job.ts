import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Unavailable } from '../../common/errors/kinds.js';
import { Declarations } from '../declarations.js';
import { ProjectedDocuments } from '../projections/projected.mongo.repository.js';
import { type DueJob, type IdempotentJob, ScheduledJob } from '../scheduler/scheduled-job.js';
import { erasureWrites, staleTags } from './owners.projection.js';
import { WaitingWrites } from './waiting-writes.pg.read-model.js';

export const REMOVE_LATE_WRITES = 'erasure.late-writes';

const deleted = z.strictObject({
  type: z.enum(['organization.deleted', 'user.deleted']),
  /** Whose answers may show a document of an account. */
  orgIds: z.array(z.string()),
});
export type Deleted = z.output<typeof deleted>;

class WritesWait extends Unavailable {}

/** Repeats in MongoDB what the deletion of an organisation or an account does there: see `LateWrites`. */
@ScheduledJob()
@Injectable()
export class RemoveLateWrites implements IdempotentJob<Deleted> {
  readonly name = REMOVE_LATE_WRITES;
  readonly kind = 'idempotent';
  readonly payload = deleted;

  constructor(
    private readonly waiting: WaitingWrites,
    private readonly documents: ProjectedDocuments,
    private readonly cache: TaggedCache,
    private readonly declarations: Declarations,
  ) {}

  /** Is deferred while a write that was accepted before the job was due waits for MongoDB. */
  async run({ orgId: id, payload: { type, orgIds }, dueAt }: DueJob<Deleted>): Promise<void> {
    if (await this.waiting.isAnyOlderThan(dueAt)) throw new WritesWait();
    const { collections } = this.declarations;
    for (const write of erasureWrites(collections, type, id)) {
      const refused = await this.documents.write(write.collection, [write]);
      if (refused) throw refused.error;
    }
    await this.cache.invalidate(staleTags(collections, type, orgIds));
  }
}
