import { Injectable } from '@nestjs/common';

import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { canReadTemplates } from '../notification-templates.policy.js';
import type { VersionName } from '../publishing.service.js';
import { TemplatesService } from '../templates.service.js';
import type { CompiledTemplate } from './compiled-template.js';
import { DraftLoader } from './draft-loader.service.js';
import { PublishedTemplates } from './published-templates.service.js';
import { type RenderedFields, renderMessage, type RenderRequest } from './render-message.js';

export interface Rendered {
  fields: RenderedFields;
  version: VersionName;
}

export interface PreviewRequest extends Omit<RenderRequest, 'variables' | 'locale'> {
  /** Default: the template's own. */
  locale: string | undefined;
}

/** Renders messages. Throws `Forbidden`, `TemplateNotFound`, `StoreUnavailable`, and the errors of `renderMessage`. */
@Injectable()
export class RenderingService {
  constructor(
    private readonly templates: TemplatesService,
    private readonly published: PublishedTemplates,
    private readonly drafts: DraftLoader,
  ) {}

  /** `version` null: the current one. Throws `TemplateNotPublished`, `TemplateVersionNotFound`. */
  async render(
    actor: Principal,
    key: string,
    version: VersionName | null,
    request: RenderRequest,
  ): Promise<Rendered> {
    const found = await this.find(actor, key, version);
    return { fields: await renderMessage(found.template, request), version: found.version };
  }

  /** Uses the sample values of the template. */
  async preview(
    actor: Principal,
    key: string,
    name: VersionName,
    { locale, ...request }: PreviewRequest,
  ): Promise<Rendered & { locale: string }> {
    const { template, version } = await this.find(actor, key, name);
    const { default_locale: defaultLocale, sample } = template.content;
    const asked = locale ?? defaultLocale;
    const fields = await renderMessage(template, { ...request, locale: asked, variables: sample ?? {} });
    return { fields, version, locale: asked };
  }

  private async find(
    actor: Principal,
    key: string,
    name: VersionName | null,
  ): Promise<{ template: CompiledTemplate; version: VersionName }> {
    assertCan(canReadTemplates(actor));
    if (name !== 'draft') return this.published.find(actor.orgId, key, name);
    const { template } = await this.drafts.load(await this.templates.get(actor, key));
    return { template, version: name };
  }
}
