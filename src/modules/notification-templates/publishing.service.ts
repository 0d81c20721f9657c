import { isDeepStrictEqual } from 'node:util';

import { Injectable } from '@nestjs/common';
import type { Operation } from 'rfc6902';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { patchBetween } from '../../common/json/patch-between.js';
import { Clock } from '../../common/time/clock.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { TemplateVersionNotFound, UnpublishableTemplate } from './notification-templates.errors.js';
import { canChangeTemplates } from './notification-templates.policy.js';
import { DraftLoader } from './rendering/draft-loader.service.js';
import { publishingFaults } from './publishing-faults.js';
import type { PublishedVersion, Template, TemplateContent } from './template.js';
import { TemplateVersionsRepository } from './template-versions.mongo.repository.js';
import { TemplateWriter } from './template-writer.service.js';
import { TemplatesService } from './templates.service.js';

/** A version, or the draft. */
export type VersionName = number | 'draft';

/** Versions of templates. All methods throw `Forbidden`, `TemplateNotFound` and `StoreUnavailable`. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly templates: TemplatesService,
    private readonly versions: TemplateVersionsRepository,
    private readonly writer: TemplateWriter,
    private readonly drafts: DraftLoader,
    private readonly clock: Clock,
  ) {}

  /**
   * Publishes the draft, with the present partials, as the newest version. If it is published already, adds no
   * version. Throws `UnpublishableTemplate`, `TemplateChanged`.
   */
  async publish(actor: Principal, key: string, request: IdempotentRequest | null): Promise<Template> {
    assertCan(canChangeTemplates(actor));
    return this.writer.change(actor, key, { kind: 'published', request }, async (current) => {
      const { template, expanded } = await this.drafts.load(current);
      const faults = await publishingFaults(template);
      if (faults.length > 0) throw new UnpublishableTemplate(faults);
      const { published, draft: content } = current;
      if (isDeepStrictEqual([published?.content, published?.expanded], [content, expanded])) return null;
      const version = this.newVersion(actor, current, { kind: 'published', of: null, content, expanded });
      return { published: version, is_changed: false };
    });
  }

  /**
   * Publishes an older version again as a new one, with the partials of that time. A draft that was changed since the
   * last version stays as it is. Throws `TemplateVersionNotFound`, `TemplateChanged`.
   */
  async rollback(
    actor: Principal,
    key: string,
    of: number,
    request: IdempotentRequest | null,
  ): Promise<Template> {
    assertCan(canChangeTemplates(actor));
    return this.writer.change(actor, key, { kind: 'rolled_back', request }, async (current) => {
      const { content, expanded } = await this.versionOf(actor, current, of);
      const { published } = current;
      if (isDeepStrictEqual([published?.content, published?.expanded], [content, expanded])) return null;
      const version = this.newVersion(actor, current, { kind: 'rolled_back', of, content, expanded });
      return current.is_changed ? { published: version } : { published: version, draft: content };
    });
  }

  /** Newest first, below the version `before`, and one more than `limit` if it exists. */
  async list(
    actor: Principal,
    key: string,
    limit: number,
    before: number | null,
  ): Promise<PublishedVersion[]> {
    const { _id, published } = await this.templates.get(actor, key);
    if (before !== null) return this.versions.list(actor.orgId, _id, before, limit + 1);
    if (!published) return [];
    return [published, ...(await this.versions.list(actor.orgId, _id, published.version, limit))];
  }

  /** Throws `TemplateVersionNotFound`. */
  async version(actor: Principal, key: string, version: number): Promise<PublishedVersion> {
    return this.versionOf(actor, await this.templates.get(actor, key), version);
  }

  /** The patch that turns one version into another (RFC 6902). Throws `TemplateVersionNotFound`. */
  async diff(actor: Principal, key: string, from: VersionName, to: VersionName): Promise<Operation[]> {
    const current = await this.templates.get(actor, key);
    const [one, other] = await Promise.all([from, to].map((name) => this.contentOf(actor, current, name)));
    return patchBetween(one, other);
  }

  private async contentOf(actor: Principal, current: Template, name: VersionName): Promise<TemplateContent> {
    return name === 'draft' ? current.draft : (await this.versionOf(actor, current, name)).content;
  }

  private async versionOf(actor: Principal, current: Template, version: number): Promise<PublishedVersion> {
    const isCurrent = current.published?.version === version;
    const isOlder = version < (current.published?.version ?? 0);
    const found = isCurrent
      ? current.published
      : isOlder
        ? await this.versions.find(actor.orgId, current._id, version)
        : null;
    if (!found) throw new TemplateVersionNotFound();
    return found;
  }

  private newVersion(
    actor: Principal,
    { published }: Template,
    made: Pick<PublishedVersion, 'kind' | 'of' | 'content' | 'expanded'>,
  ): PublishedVersion {
    return {
      version: (published?.version ?? 0) + 1,
      ...made,
      at: this.clock.now(),
      actor_id: actor.userId,
      api_key_id: actor.apiKeyId,
    };
  }
}
