import { Injectable } from '@nestjs/common';

import { NOT_CARRIED, withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { givenConditions } from '../../stores/mongo/given-conditions.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import { type Execution, EXECUTIONS_COLLECTION } from './execution.js';

/** Every condition that is given has to match. */
export interface ExecutionFilter {
  state?: string | undefined;
  deployment_id?: string | undefined;
}

type Fields = Partial<Omit<Execution, '_id' | 'organization_id'>>;

/** Executions, through the driver. Rejects with `StoreUnavailable`. */
@Injectable()
export class ExecutionsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  find(orgId: string, id: string): Promise<Execution | null> {
    return this.mongo.run('find', () =>
      this.executions().findOne({ _id: id, organization_id: orgId }, { projection: NOT_CARRIED }),
    );
  }

  /** Newest first, from `beforeId` on. */
  list(orgId: string, filter: ExecutionFilter, limit: number, beforeId: string | null): Promise<Execution[]> {
    return this.pages.newest<Execution>(EXECUTIONS_COLLECTION, {
      filter: { organization_id: orgId, ...givenConditions(filter) },
      sort: ['_id'],
      after: beforeId === null ? null : [beforeId],
      limit,
    });
  }

  /** Changes an execution that still has its version. Null if another request has changed it first. */
  change(
    { _id, organization_id, version }: Execution,
    fields: Fields,
    effects: readonly Effect[],
  ): Promise<Execution | null> {
    return this.mongo.run('findOneAndUpdate', () =>
      this.executions().findOneAndUpdate(
        { _id, organization_id, version },
        withEffects({ $set: { ...fields, version: version + 1 } }, ...effects),
        { returnDocument: 'after', projection: NOT_CARRIED },
      ),
    );
  }

  /** Reserves space for a chunk. False if the output would exceed `max` bytes. */
  async reserve(orgId: string, id: string, stream: string, bytes: number, max: number): Promise<boolean> {
    const found = await this.mongo.run('findOneAndUpdate', () =>
      this.executions().updateOne(
        { _id: id, organization_id: orgId, output_bytes: { $lte: max - bytes } },
        { $inc: { output_bytes: bytes }, $addToSet: { streams: stream } },
      ),
    );
    return found.matchedCount > 0;
  }

  /** Releases the space that was reserved for a chunk that existed already. */
  async release(orgId: string, id: string, bytes: number): Promise<void> {
    await this.mongo.run('updateOne', () =>
      this.executions().updateOne({ _id: id, organization_id: orgId }, { $inc: { output_bytes: -bytes } }),
    );
  }

  /** Of every organisation: the executions that are past their deadline and have not ended. */
  overdue(now: Date, limit: number): Promise<Execution[]> {
    return this.mongo.run('find', () =>
      this.executions()
        .find(
          { state: { $in: ['queued', 'running'] }, deadline_at: { $lte: now } },
          { projection: NOT_CARRIED },
        )
        .limit(limit)
        .toArray(),
    );
  }

  /** The deployments that executions name, in batches, in the order of executions. */
  async *naming(
    batch: number,
  ): AsyncGenerator<Pick<Execution, '_id' | 'organization_id' | 'deployment_id'>[]> {
    let after = '';
    for (;;) {
      const from = after;
      const found = await this.mongo.run('find', () =>
        this.executions()
          .find({ _id: { $gt: from }, deployment_id: { $type: 'string' } })
          .project<Pick<Execution, '_id' | 'organization_id' | 'deployment_id'>>({
            organization_id: 1,
            deployment_id: 1,
          })
          .sort({ _id: 1 })
          .limit(batch)
          .toArray(),
      );
      const last = found.at(-1);
      if (!last) return;
      yield found;
      after = last._id;
    }
  }

  private executions() {
    return this.mongo.collection<Execution>(EXECUTIONS_COLLECTION);
  }
}
