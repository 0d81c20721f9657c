import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../../common/http/page.js';
import { byLocale, messageText } from '../template.dto.js';
import { CONTENT } from './expansion.js';

const partialName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
    'must be 1 to 100 letters, digits, dots, hyphens and underscores',
  )
  .refine((name) => name !== CONTENT, 'is the place of the content in a layout')
  .describe('Unique in the organisation; texts refer to it as `{> name}`.');

/** A template may need fifty of them at once. */
const MAX_PARTIAL_BYTES = 131_072;

const variants = byLocale(
  z.strictObject({ body: messageText(32_768).optional(), html: messageText(65_536).optional() }),
  MAX_PARTIAL_BYTES,
).describe('By language; `und` is for every language. With `{> content}` it is a layout.');

const EXAMPLE = {
  variants: { en: { body: 'Kind regards, the team' }, de: { body: 'Viele Grüße, das Team' } },
};

export class CreatePartialDto extends createZodDto(
  z.strictObject({ name: partialName, variants }).meta({ examples: [{ name: 'footer', ...EXAMPLE }] }),
) {}

export class ReplacePartialDto extends createZodDto(
  z
    .strictObject({ name: partialName.optional().describe('That of the address.'), variants })
    .meta({ examples: [EXAMPLE] }),
) {}

export class ListPartialsQuery extends createZodDto(z.strictObject(pageQuery)) {}

export class PartialResponse extends createZodDto(
  z.object({
    name: z.string(),
    variants: z.record(z.string(), z.object({ body: z.string().optional(), html: z.string().optional() })),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  }),
) {}

const summarySchema = z.object({
  name: z.string(),
  locales: z.array(z.string()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export class PartialSummaryResponse extends createZodDto(summarySchema) {}
export class PartialPage extends createZodDto(pageOf(summarySchema)) {}
