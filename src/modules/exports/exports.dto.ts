import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { EXPORT_FORMATS, WORK_STATES } from './export-request.js';

export class CreateExportDto extends createZodDto(
  z
    .strictObject({
      format: z
        .enum(EXPORT_FORMATS)
        .describe(
          '`json`: one document. `markdown`: a zip with a file for each entry, and the rest as JSON.',
        ),
    })
    .meta({ examples: [{ format: 'json' }] }),
) {}

export class ExportRequestResponse extends createZodDto(
  z.object({
    id: z.uuid(),
    format: z.enum(EXPORT_FORMATS),
    state: z.enum(WORK_STATES),
    percent: z.int().min(0).max(100),
    size: z.int().nullable().describe('Bytes of the file; null until it is completed.'),
    error: z.string().nullable().describe('The code of what went wrong.'),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime().describe('When it is removed.'),
  }),
) {}
