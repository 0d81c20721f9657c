import { Injectable } from '@nestjs/common';

import { deletedWith, NOT_CARRIED, PRESENT, withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { givenConditions } from '../../stores/mongo/given-conditions.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import {
  type IdempotentRequest,
  unrecorded,
  withRecord,
} from '../idempotency/documents/idempotent-request.js';
import { type Template, TEMPLATES_COLLECTION } from './template.js';

const SUMMARY: Readonly<Record<string, 1>> = {
  ...({ key: 1, channel: 1, locales: 1, is_changed: 1, created_at: 1, updated_at: 1 } as const),
  ...({ 'draft.default_locale': 1, 'published.version': 1 } as const),
};

/** A template in a list: without its texts, which may be half a megabyte. */
export type TemplateSummary = Pick<
  Template,
  '_id' | 'key' | 'channel' | 'locales' | 'is_changed' | 'created_at' | 'updated_at'
> &
  Readonly<{ draft: { default_locale: string }; published: { version: number } | null }>;

const live = (orgId: string) => ({ organization_id: orgId, ...PRESENT });

/**
 * Templates, through the driver, because a Mongoose model would cast their content. Rejects with `StoreUnavailable`.
 */
@Injectable()
export class TemplatesRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  find(orgId: string, key: string): Promise<Template | null> {
    return this.mongo.run('find', () =>
      this.templates().findOne({ ...live(orgId), key }, { projection: NOT_CARRIED }),
    );
  }

  /** Newest first. */
  list(
    orgId: string,
    filter: { channel?: string | undefined },
    limit: number,
    afterId: string | null,
  ): Promise<TemplateSummary[]> {
    return this.pages.newest<TemplateSummary>(TEMPLATES_COLLECTION, {
      filter: { ...live(orgId), ...givenConditions(filter) } as never,
      sort: ['_id'],
      after: afterId === null ? null : [afterId],
      limit,
      projection: SUMMARY,
    });
  }

  /** Up to twenty keys of templates whose draft refers to a partial. */
  async usersOf(orgId: string, partial: string): Promise<string[]> {
    const found = await this.mongo.run('find', () =>
      this.templates()
        .find({ ...live(orgId), partials: partial }, { projection: { key: 1 } })
        .limit(20)
        .toArray(),
    );
    return found.map(({ key }) => key);
  }

  /**
   * Replaces the revision before that of `next`. False: it is not the current one, or this very request was carried
   * out already.
   */
  async replace(
    orgId: string,
    { _id, ...set }: Template,
    effects: readonly Effect[],
    request: IdempotentRequest | null,
  ): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('update', () =>
      this.templates().updateOne(
        unrecorded({ _id, ...live(orgId), revision: set.revision - 1 }, request),
        withRecord(withEffects({ $set: set }, ...effects), request),
      ),
    );
    return matchedCount === 1;
  }

  /** False: this revision is not the current one any more. */
  async delete(
    orgId: string,
    { _id, revision }: Template,
    effects: readonly [Effect, ...Effect[]],
  ): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('update', () =>
      this.templates().updateOne({ _id, ...live(orgId), revision }, deletedWith(...effects)),
    );
    return matchedCount === 1;
  }

  private templates() {
    return this.mongo.collection<Template>(TEMPLATES_COLLECTION);
  }
}
