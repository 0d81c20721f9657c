import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import {
  type PublishedVersion,
  type Template,
  TEMPLATE_VERSIONS_COLLECTION,
  type TemplateVersion,
} from './template.js';

/** Former versions of templates. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class TemplateVersionsRepository {
  constructor(private readonly mongo: Mongo) {}

  /**
   * Stores the current version of a template before it gets another one. It may be repeated, because a version never
   * changes.
   */
  async keep({ _id: templateId, organization_id: orgId, published }: Template): Promise<void> {
    if (!published) return;
    const { version } = published;
    const document = { organization_id: orgId, template_id: templateId, version, published };
    await this.mongo.run('update', () =>
      this.versions().replaceOne({ _id: `${templateId}.${version}` }, document, { upsert: true }),
    );
  }

  async find(orgId: string, templateId: string, version: number): Promise<PublishedVersion | null> {
    const found = await this.mongo.run('find', () =>
      this.versions().findOne({ organization_id: orgId, template_id: templateId, version }),
    );
    return found?.published ?? null;
  }

  /** Newest first, below `before`, without their texts. */
  async list(orgId: string, templateId: string, before: number, limit: number): Promise<PublishedVersion[]> {
    // A range of numbers without a gap, so that no server reads more than the page.
    const range = { $lt: before, $gte: Math.max(1, before - limit) };
    const found = await this.mongo.run('find', () =>
      this.versions()
        .find(
          { organization_id: orgId, template_id: templateId, version: range },
          { projection: { 'published.content': 0, 'published.expanded': 0 } },
        )
        .sort({ version: -1 })
        .limit(limit)
        .toArray(),
    );
    return found.map(({ published }) => published);
  }

  private versions() {
    return this.mongo.collection<TemplateVersion>(TEMPLATE_VERSIONS_COLLECTION);
  }
}
