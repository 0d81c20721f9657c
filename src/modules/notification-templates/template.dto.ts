import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { storableJson } from '../../common/json/storable-json.js';
import { canonicalLocale } from './message/locale-lookup.js';
import { CHANNELS } from './template.js';

const MAX_LOCALES = 100;
const MAX_CONTENT_BYTES = 524_288;
const TAG = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/;
/** For a body that contains the texts of a template. */
export const CONTENT_BOUNDS = { members: 4_000 } as const;

export const templateKey = z
  .string()
  .min(1)
  .max(200)
  .refine((key) => key.isWellFormed(), 'must be well-formed Unicode')
  .describe('Unique in the organisation; any text.');

export const localeTag = z
  .string()
  .max(60)
  .refine((tag) => TAG.test(tag) && canonicalLocale(tag) !== null, 'must be a language tag of BCP 47')
  .describe('A language tag of BCP 47: `en`, `pt-BR`, `zh-Hant`.');

export const messageText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

/** The keys of an object by language. */
export const byLocale = <T extends z.ZodType>(variant: T, maxBytes = MAX_CONTENT_BYTES) =>
  z
    .record(localeTag, variant)
    .refine(
      (variants) => Object.keys(variants).length <= MAX_LOCALES,
      `must not exceed ${MAX_LOCALES} locales`,
    )
    .refine(
      (variants) => Buffer.byteLength(JSON.stringify(variants)) <= maxBytes,
      `must not exceed ${maxBytes} bytes`,
    );

const variantShape = {
  subject: messageText(1_000).optional(),
  title: messageText(1_000).optional(),
  body: messageText(32_768).optional(),
  html: messageText(65_536).optional(),
};
const variant = z.strictObject(variantShape).describe('Texts in ICU MessageFormat 1.');

const variables = storableJson({ bytes: 16_384, depth: 20 }).describe(
  'JSON Schema 2020-12 of the values, without `pattern`, `patternProperties`, `uniqueItems` and references elsewhere.',
);
const sample = storableJson({ bytes: 32_768, depth: 12 }).nullable().describe('Values for previews.');

const contentShape = {
  default_locale: localeTag,
  fallback_locales: z.array(localeTag).max(20).default([]),
  variables: variables.default({}),
  sample: sample.default(null),
  variants: byLocale(variant),
};
export const contentSchema = z.strictObject(contentShape);
export type GivenContent = z.output<typeof contentSchema>;

const EXAMPLE = {
  default_locale: 'en',
  fallback_locales: [],
  variables: {
    type: 'object',
    properties: { name: { type: 'string' }, count: { type: 'integer' } },
    required: ['name', 'count'],
  },
  sample: { name: 'Ada', count: 2 },
  variants: {
    en: {
      subject: 'Hello {name}',
      body: 'You have {count, plural, one {# message} other {# messages}}.',
    },
    de: {
      subject: 'Hallo {name}',
      body: 'Du hast {count, plural, one {# Nachricht} other {# Nachrichten}}.',
    },
  },
};

export class CreateTemplateDto extends createZodDto(
  z
    .strictObject({ key: templateKey, channel: z.enum(CHANNELS), ...contentShape })
    .meta({ examples: [{ key: 'messages.unread', channel: 'email', ...EXAMPLE }] }),
) {}

export class ReplaceTemplateDto extends createZodDto(
  z
    .strictObject({
      key: templateKey.optional().describe('That of the address.'),
      channel: z.enum(CHANNELS).optional().describe('A template keeps its channel.'),
      ...contentShape,
    })
    .meta({ examples: [EXAMPLE] }),
) {}

const anyMembers = z.record(z.string(), z.unknown());

export class PatchTemplateDto extends createZodDto(
  z
    .strictObject({
      default_locale: localeTag.optional(),
      fallback_locales: z.array(localeTag).max(20).nullable().optional(),
      variables: anyMembers.nullable().optional(),
      sample: anyMembers.nullable().optional(),
      variants: z.record(localeTag, anyMembers.nullable()).optional(),
    })
    .meta({ examples: [{ variants: { de: { subject: 'Guten Tag {name}' } } }] }),
) {}

export class ImportTemplateDto extends createZodDto(
  z
    .strictObject({ channel: z.enum(CHANNELS), ...contentShape })
    .meta({ examples: [{ channel: 'email', ...EXAMPLE }] }),
) {}

export class ListTemplatesQuery extends createZodDto(
  z.strictObject({ ...pageQuery, channel: z.enum(CHANNELS).optional() }),
) {}

const shownVariant = z.object({
  subject: z.string().optional(),
  title: z.string().optional(),
  body: z.string().optional(),
  html: z.string().optional(),
});
export const shownContent = {
  default_locale: z.string(),
  fallback_locales: z.array(z.string()),
  variables: anyMembers,
  sample: anyMembers.nullable(),
  variants: z.record(z.string(), shownVariant),
};

export class TemplateFileResponse extends createZodDto(
  z.object({ channel: z.enum(CHANNELS), ...shownContent }),
) {}

export class TemplateResponse extends createZodDto(
  z.object({
    key: z.string(),
    channel: z.enum(CHANNELS),
    ...shownContent,
    published_version: z.int().nullable().describe('Null: it was never published.'),
    has_unpublished_changes: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  }),
) {}

const summarySchema = z.object({
  key: z.string(),
  channel: z.enum(CHANNELS),
  default_locale: z.string(),
  locales: z.array(z.string()),
  published_version: z.int().nullable(),
  has_unpublished_changes: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export class TemplateSummaryResponse extends createZodDto(summarySchema) {}
export class TemplatePage extends createZodDto(pageOf(summarySchema)) {}
