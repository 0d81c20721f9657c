import { isDeepStrictEqual } from 'node:util';

import { Injectable } from '@nestjs/common';

import { Invalid } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import { mergePatch } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { TemplateKeyTaken, TemplateNotFound } from './notification-templates.errors.js';
import { canChangeTemplates, canReadTemplates } from './notification-templates.policy.js';
import { parseContent } from './template-input.js';
import type { Channel, Template, TemplateContent } from './template.js';
import { toTemplateResponse } from './template.response.js';
import { type NextState, TemplateWriter } from './template-writer.service.js';
import { type TemplateSummary, TemplatesRepository } from './templates.mongo.repository.js';

/** A template as a client sends it. Its key is in the address. */
export interface GivenTemplate {
  /** The channel of a template cannot change. */
  channel?: Channel | undefined;
  content: TemplateContent;
}

/**
 * Templates of one organisation, for authors, who change drafts. All methods throw `Forbidden` and `StoreUnavailable`.
 */
@Injectable()
export class TemplatesService {
  constructor(
    private readonly templates: TemplatesRepository,
    private readonly writer: TemplateWriter,
  ) {}

  /** Throws `TemplateKeyTaken`. */
  async create(
    actor: Principal,
    key: string,
    { channel, content }: GivenTemplate & { channel: Channel },
    request: IdempotentRequest | null,
  ): Promise<Template> {
    assertCan(canChangeTemplates(actor));
    return this.writer.create(actor, { key, channel, draft: content }, { kind: 'created', request });
  }

  /** Throws `TemplateNotFound`. */
  async get(actor: Principal, key: string): Promise<Template> {
    assertCan(canReadTemplates(actor));
    const template = await this.templates.find(actor.orgId, key);
    if (!template) throw new TemplateNotFound();
    return template;
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(
    actor: Principal,
    filter: { channel?: string | undefined },
    limit: number,
    afterId: string | null,
  ): Promise<TemplateSummary[]> {
    assertCan(canReadTemplates(actor));
    return this.templates.list(actor.orgId, filter, limit + 1, afterId);
  }

  /** Throws `TemplateNotFound`, `Invalid`, `PreconditionFailed`, `TemplateChanged`, like `patch`. */
  async replace(actor: Principal, key: string, given: GivenTemplate, ifMatch?: string): Promise<Template> {
    assertCan(canChangeTemplates(actor));
    return this.writer.change(actor, key, { kind: 'updated' }, (current) => {
      assertIfMatch(ifMatch, toTemplateResponse(current));
      return redrafted(current, given);
    });
  }

  /** RFC 7396 on the content that authors write. */
  async patch(actor: Principal, key: string, patch: unknown, ifMatch?: string): Promise<Template> {
    assertCan(canChangeTemplates(actor));
    return this.writer.change(actor, key, { kind: 'updated' }, (current) => {
      assertIfMatch(ifMatch, toTemplateResponse(current));
      return redrafted(current, {
        content: parseContent(mergePatch(current.draft, patch)),
      });
    });
  }

  /** Throws `TemplateNotFound`, `PreconditionFailed`, `TemplateChanged`. */
  async delete(actor: Principal, key: string, ifMatch?: string): Promise<void> {
    assertCan(canChangeTemplates(actor));
    await this.writer.delete(actor, key, (current) => assertIfMatch(ifMatch, toTemplateResponse(current)));
  }

  /** Creates the template or replaces its draft. Throws `Invalid`, `PreconditionFailed`, `TemplateChanged`. */
  async import(
    actor: Principal,
    key: string,
    given: GivenTemplate & { channel: Channel },
    ifMatch?: string,
  ): Promise<{ template: Template; isNew: boolean }> {
    assertCan(canChangeTemplates(actor));
    try {
      if (ifMatch === undefined && !(await this.templates.find(actor.orgId, key))) {
        const input = { key, channel: given.channel, draft: given.content };
        return { template: await this.writer.create(actor, input, { kind: 'imported' }), isNew: true };
      }
    } catch (error) {
      // Another request has created it meanwhile.
      if (!(error instanceof TemplateKeyTaken)) throw error;
    }
    const template = await this.writer.change(actor, key, { kind: 'imported' }, (current) => {
      assertIfMatch(ifMatch, toTemplateResponse(current));
      return redrafted(current, given);
    });
    return { template, isNew: false };
  }
}

/** Null: the draft equals it already. Throws `Invalid`. */
function redrafted(current: Template, { channel, content }: GivenTemplate): NextState {
  if (channel !== undefined && channel !== current.channel)
    throw new Invalid([{ path: 'channel', code: 'immutable', message: 'A template keeps its channel.' }]);
  if (isDeepStrictEqual(current.draft, content)) return null;
  return { draft: content, is_changed: !isDeepStrictEqual(current.published?.content, content) };
}
