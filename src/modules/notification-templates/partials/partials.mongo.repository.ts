import { Injectable } from '@nestjs/common';

import { deletedWith, NOT_CARRIED, PRESENT, withEffects } from '../../../flows/effects/carrying.js';
import type { Effect } from '../../../flows/effects/effect.js';
import { Mongo } from '../../../stores/mongo/mongo.js';
import { Pages } from '../../../stores/mongo/pages.js';
import { PARTIALS_COLLECTION, type TemplatePartial } from '../template.js';

const SUMMARY = { name: 1, locales: 1, created_at: 1, updated_at: 1 } as const;

/** A partial in a list: without its texts. */
export type PartialSummary = Pick<TemplatePartial, '_id' | keyof typeof SUMMARY>;

const live = (orgId: string) => ({ organization_id: orgId, ...PRESENT });

/** Partials, through the driver. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class PartialsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  find(orgId: string, name: string): Promise<TemplatePartial | null> {
    return this.mongo.run('find', () =>
      this.partials().findOne({ ...live(orgId), name }, { projection: NOT_CARRIED }),
    );
  }

  byNames(orgId: string, names: readonly string[]): Promise<TemplatePartial[]> {
    return this.mongo.run('find', () =>
      this.partials()
        .find({ ...live(orgId), name: { $in: names } }, { projection: NOT_CARRIED })
        .toArray(),
    );
  }

  /** Newest first. */
  list(orgId: string, limit: number, afterId: string | null): Promise<PartialSummary[]> {
    return this.pages.newest<PartialSummary>(PARTIALS_COLLECTION, {
      filter: live(orgId) as never,
      sort: ['_id'],
      after: afterId === null ? null : [afterId],
      limit,
      projection: SUMMARY,
    });
  }

  /** Up to twenty names of partials that refer to this one. */
  async usersOf(orgId: string, partial: string): Promise<string[]> {
    const found = await this.mongo.run('find', () =>
      this.partials()
        .find({ ...live(orgId), partials: partial }, { projection: { name: 1 } })
        .limit(20)
        .toArray(),
    );
    return found.map(({ name }) => name);
  }

  /** Replaces the revision before that of `next`. False: it is not the current one any more. */
  async replace(orgId: string, { _id, ...set }: TemplatePartial, effect: Effect): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('update', () =>
      this.partials().updateOne(
        { _id, ...live(orgId), revision: set.revision - 1 },
        withEffects({ $set: set }, effect),
      ),
    );
    return matchedCount === 1;
  }

  /** False: this revision is not the current one any more. */
  async delete(orgId: string, { _id, revision }: TemplatePartial, effect: Effect): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('update', () =>
      this.partials().updateOne({ _id, ...live(orgId), revision }, deletedWith(effect)),
    );
    return matchedCount === 1;
  }

  private partials() {
    return this.mongo.collection<TemplatePartial>(PARTIALS_COLLECTION);
  }
}
