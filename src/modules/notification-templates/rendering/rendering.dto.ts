import { IANAZone } from 'luxon';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { storableJson } from '../../../common/json/storable-json.js';
import { localeTag } from '../template.dto.js';
import { FIELDS } from '../template.js';

const version = z.union([z.int().min(1), z.literal('draft')], 'must be a version or `draft`');
const timeZone = z
  .string()
  .max(100)
  .refine((zone) => IANAZone.isValidZone(zone), 'must be the IANA name of a time zone')
  .default('UTC')
  .describe('In which dates are written: `Europe/Amsterdam`.');

export class RenderTemplateDto extends createZodDto(
  z
    .strictObject({
      locale: localeTag,
      variables: storableJson({ bytes: 131_072, depth: 12 }).default({}),
      time_zone: timeZone,
      strict: z.boolean().default(false).describe('422 where a field would be of another locale.'),
      version: version.optional().describe('Default: the published one.'),
    })
    .meta({ examples: [{ locale: 'de-AT', variables: { name: 'Ada', count: 1 } }] }),
) {}

export class PreviewTemplateDto extends createZodDto(
  z
    .strictObject({
      locale: localeTag.optional().describe('Default: that of the template.'),
      time_zone: timeZone,
      strict: z.boolean().default(false),
      version: version.default('draft'),
    })
    .meta({ examples: [{ locale: 'de' }] }),
) {}

const renderedField = z.object({
  text: z.string(),
  locale: z.string().describe('The locale that it came from.'),
  partial_locales: z
    .record(z.string(), z.string())
    .optional()
    .describe('Partials whose text is of another language, and which.'),
});

export class RenderedTemplateResponse extends createZodDto(
  z
    .object({
      fields: z
        .object(Object.fromEntries(FIELDS.map((field) => [field, renderedField.optional()])))
        .describe('A field that no locale has is absent.'),
      version,
    })
    .meta({
      examples: [
        {
          fields: {
            subject: { text: 'Hallo Ada', locale: 'de' },
            body: { text: 'Du hast 1 Nachricht.', locale: 'de' },
          },
          version: 1,
        },
      ],
    }),
) {}
