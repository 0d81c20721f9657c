import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import type { Json } from '../../common/http/merge-patch.js';
import { pageOf, pageQuery } from '../../common/http/page.js';

export const documentKey = z
  .string()
  .min(1)
  .max(512)
  .refine((key) => key.isWellFormed(), 'must be well-formed Unicode')
  .describe('Any text of up to 512 characters; a slash in a path is %2F.');

/** Any JSON value. The service finds values that cannot be stored, and reports their path. */
const json = z
  .unknown()
  .refine((value): value is Json => value !== undefined, 'is required')
  .describe('Any JSON value.');

export class DocumentPath extends createZodDto(z.strictObject({ key: documentKey })) {}

export class PutDocumentDto extends createZodDto(
  z.strictObject({ data: json }).meta({ examples: [{ data: { theme: 'dark', notifications: true } }] }),
) {
  /** Null characters are valid JSON, and the data is returned as it was written. */
  static readonly opaque = ['data'];
}

export class ListDocumentsQuery extends createZodDto(
  z.strictObject({ ...pageQuery, prefix: z.string().max(512).default('').describe('Of the keys.') }),
) {}

const summarySchema = z.object({
  key: z.string(),
  version: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export class DocumentSummary extends createZodDto(summarySchema) {}
export class DocumentPage extends createZodDto(pageOf(summarySchema)) {}
export class DocumentResponse extends createZodDto(
  z.object({
    key: z.string(),
    data: z.unknown().describe('As it was put.'),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  }),
) {}
