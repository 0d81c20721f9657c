import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { TaggedCache } from '../../../cache/tagged-cache.js';
import {
  TemplateNotFound,
  TemplateNotPublished,
  TemplateVersionNotFound,
} from '../notification-templates.errors.js';
import type { ExpandedVariants, PublishedVersion, TemplateContent } from '../template.js';
import { templateTag } from '../template-effects.js';
import { TemplateVersionsRepository } from '../template-versions.mongo.repository.js';
import { TemplatesRepository } from '../templates.mongo.repository.js';
import { CompiledTemplate } from './compiled-template.js';

const TTL_MS = 300_000;
/** How long the last good copy is used while MongoDB is away. */
const GRACE_MS = 86_400_000;
/** In characters of their texts. Parsed, they take about twenty times as much memory. */
const MAX_COMPILED_LENGTH = 4_194_304;

/** A version as stored in the cache. */
interface CachedVersion {
  template_id: string;
  version: number;
  content: TemplateContent;
  expanded: ExpandedVariants;
}

export interface PublishedTemplate {
  version: number;
  template: CompiledTemplate;
}

/**
 * Published versions, each parsed once. A rendering that starts after a publication was answered sees the publication,
 * on every instance. While MongoDB is away, the last good copy is used.
 */
@Injectable()
export class PublishedTemplates {
  private readonly compiled = new LRUCache<string, CompiledTemplate>({
    maxSize: MAX_COMPILED_LENGTH,
    sizeCalculation: ({ length }) => length,
  });

  constructor(
    private readonly cache: TaggedCache,
    private readonly templates: TemplatesRepository,
    private readonly versions: TemplateVersionsRepository,
  ) {}

  /**
   * The current version, or the named one. Throws `TemplateNotFound`, `TemplateNotPublished`,
   * `TemplateVersionNotFound`. Rejects with `StoreUnavailable` if MongoDB is away and there is no copy.
   */
  async find(orgId: string, key: string, version: number | null): Promise<PublishedTemplate> {
    const request = {
      orgId,
      key: `notification-templates|rendered|${version ?? 'current'}|${key}`,
      tags: [templateTag(orgId, key)],
      ttlMs: TTL_MS,
      graceMs: GRACE_MS,
      route: 'render',
    };
    const cached = await this.cache.readJson(request, () => this.load(orgId, key, version));
    return { version: cached.version, template: this.compile(cached) };
  }

  private async load(orgId: string, key: string, version: number | null): Promise<CachedVersion> {
    const template = await this.templates.find(orgId, key);
    if (!template) throw new TemplateNotFound();
    const { _id, published } = template;
    if (version === null || version === published?.version) {
      if (!published) throw version === null ? new TemplateNotPublished() : new TemplateVersionNotFound();
      return toCached(_id, published);
    }
    const isOlder = published !== null && version < published.version;
    const found = isOlder ? await this.versions.find(orgId, _id, version) : null;
    if (!found) throw new TemplateVersionNotFound();
    return toCached(_id, found);
  }

  private compile({ template_id: id, version, content, expanded }: CachedVersion): CompiledTemplate {
    const name = `${id}.${version}`;
    const known = this.compiled.get(name);
    if (known) return known;
    const template = CompiledTemplate.ofPublished(content, expanded);
    this.compiled.set(name, template);
    return template;
  }
}

const toCached = (templateId: string, { version, content, expanded }: PublishedVersion): CachedVersion => ({
  template_id: templateId,
  version,
  // `expanded` contains the texts.
  content: { ...content, variants: {} },
  expanded,
});
