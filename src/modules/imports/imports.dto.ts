import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { queryBoolean } from '../../common/http/query-boolean.js';
import { WORK_STATES } from '../exports/export-request.js';
import { SECTIONS } from '../exports/writing/section.js';
import { IMPORT_FORMATS } from './import-request.js';

export class CreateImportQuery extends createZodDto(
  z.strictObject({
    dry_run: queryBoolean.optional().describe('Says what would become of each item, and changes nothing.'),
  }),
) {}

const counts = z.object({
  imported: z.int().describe('Of a dry run: what would be.'),
  known: z.int().describe('It was there before; nothing was changed.'),
  refused: z.int(),
});
const section = z.enum(SECTIONS);

export class ImportRequestResponse extends createZodDto(
  z.object({
    id: z.uuid(),
    format: z.enum(IMPORT_FORMATS),
    dry_run: z.boolean(),
    state: z.enum(WORK_STATES),
    percent: z.int().min(0).max(100),
    size: z.int().describe('Bytes of the file.'),
    counts: z.object(
      Object.fromEntries(SECTIONS.map((name) => [name, counts])) as Record<
        (typeof SECTIONS)[number],
        typeof counts
      >,
    ),
    report: z
      .array(
        z.object({
          section,
          index: z.int().describe('From 0, in the order of the file.'),
          id: z.string().nullable().describe('As the file names it.'),
          code: z.string(),
          path: z.string(),
          message: z.string(),
        }),
      )
      .describe('The items that were refused, and why: the first 1,000.'),
    error: z.string().nullable().describe('The code of what is wrong with the whole file.'),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime().describe('When this report is removed.'),
  }),
) {}
