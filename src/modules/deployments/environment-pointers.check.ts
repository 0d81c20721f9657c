import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { tags } from '../../cache/tags.js';
import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { type ComparedPointer, EnvironmentPointers } from './environment-pointers.pg.read-model.js';

/** Checks that the active deployment of every environment is its last success, unless that was made inactive. */
@Injectable()
export class EnvironmentPointersCheck implements Check {
  readonly name = 'environments';

  constructor(
    private readonly pointers: EnvironmentPointers,
    private readonly postgres: Postgres,
    private readonly cache: TaggedCache,
  ) {}

  compare(): AsyncGenerator<ComparedBatch> {
    return this.compareSince();
  }

  compareRecent(since: Date): AsyncGenerator<ComparedBatch> {
    return this.compareSince(since);
  }

  private async *compareSince(since?: Date): AsyncGenerator<ComparedBatch> {
    for await (const batch of this.pointers.batches(since)) {
      yield { compared: batch.length, differences: batch.filter(isWrong).map(differenceOf) };
    }
  }

  async repair({ id }: Difference): Promise<string | null> {
    const [organizationId = '', name = ''] = String(id).split('/');
    const pointer = await this.pointers.one(organizationId, name);
    if (!pointer || !isWrong(pointer)) return 'found it right already';
    await this.postgres.transaction((tx) => this.pointers.correct(tx, organizationId, name));
    await this.cache.invalidate(tagsOf(organizationId));
    return 'pointed it to the last success';
  }
}

const isWrong = ({ active, expected }: ComparedPointer): boolean => active !== expected;

const tagsOf = (orgId: string): string[] => [tags.collection(orgId, 'deployments')];

const differenceOf = ({ organizationId, name, expected }: ComparedPointer): Difference => ({
  kind: 'different',
  record: `environments/${organizationId}/${name}`,
  id: `${organizationId}/${name}`,
  detail: expected === null ? 'active_deployment_id should be null' : 'active_deployment_id',
  tags: tagsOf(organizationId),
});
