import type { TemplateFileResponse, TemplateResponse, TemplateSummaryResponse } from './template.dto.js';
import type { PublishedVersion, Template, TemplateContent, Variant } from './template.js';
import type { TemplateVersionPage, TemplateVersionResponse } from './template-versions.dto.js';
import type { TemplateSummary } from './templates.mongo.repository.js';

const toVariant = ({ subject, title, body, html }: Variant): Variant => ({
  ...(subject !== undefined && { subject }),
  ...(title !== undefined && { title }),
  ...(body !== undefined && { body }),
  ...(html !== undefined && { html }),
});

const toShownContent = (content: TemplateContent) => ({
  default_locale: content.default_locale,
  fallback_locales: [...content.fallback_locales],
  variables: content.variables,
  sample: content.sample,
  variants: Object.fromEntries(
    Object.entries(content.variants).map(([locale, variant]) => [locale, toVariant(variant)]),
  ),
});

export const toTemplateResponse = (template: Template): TemplateResponse => ({
  key: template.key,
  channel: template.channel,
  ...toShownContent(template.draft),
  published_version: template.published?.version ?? null,
  has_unpublished_changes: template.is_changed,
  created_at: template.created_at.toISOString(),
  updated_at: template.updated_at.toISOString(),
});

export const toTemplateSummary = (template: TemplateSummary): TemplateSummaryResponse => ({
  key: template.key,
  channel: template.channel,
  default_locale: template.draft.default_locale,
  locales: [...template.locales],
  published_version: template.published?.version ?? null,
  has_unpublished_changes: template.is_changed,
  created_at: template.created_at.toISOString(),
  updated_at: template.updated_at.toISOString(),
});

/** The file of a template, which may be imported under any key. */
export const toTemplateFile = ({ channel, draft }: Template): TemplateFileResponse => ({
  channel,
  ...toShownContent(draft),
});

export const toVersionSummary = ({
  version,
  kind,
  of,
  at,
  actor_id,
  api_key_id,
}: PublishedVersion): TemplateVersionPage['data'][number] => ({
  ...{ version, kind, of, published_at: at.toISOString(), actor_id, api_key_id },
});

export const toVersionResponse = (published: PublishedVersion): TemplateVersionResponse => ({
  ...toVersionSummary(published),
  ...toShownContent(published.content),
});
