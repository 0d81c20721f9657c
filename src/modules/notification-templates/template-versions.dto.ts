import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { wholeNumber } from '../../common/http/whole-number.js';
import { shownContent } from './template.dto.js';

const version = wholeNumber(1, 2_147_483_647);
const versionOrDraft = z.union([version, z.literal('draft')], 'must be a version or `draft`');
const key = z.string();

export class TemplateVersionPath extends createZodDto(z.strictObject({ key, version })) {}
export class TemplateDiffPath extends createZodDto(
  z.strictObject({ key, version: versionOrDraft, other: versionOrDraft }),
) {}
export class ListTemplateVersionsQuery extends createZodDto(z.strictObject(pageQuery)) {}

export class RollbackTemplateDto extends createZodDto(
  z.strictObject({ version: z.int().min(1) }).meta({ examples: [{ version: 1 }] }),
) {}

const summaryShape = {
  version: z.int(),
  kind: z.enum(['published', 'rolled_back']),
  of: z.int().nullable().describe('The version that a rollback repeats.'),
  published_at: z.iso.datetime(),
  actor_id: z.string().nullable(),
  api_key_id: z.string().nullable(),
};

export class TemplateVersionResponse extends createZodDto(z.object({ ...summaryShape, ...shownContent })) {}
export class TemplateVersionPage extends createZodDto(pageOf(z.object(summaryShape))) {}

export class TemplateDiffResponse extends createZodDto(
  z.object({
    from: z.union([z.int(), z.literal('draft')]),
    to: z.union([z.int(), z.literal('draft')]),
    patch: z.array(z.looseObject({ op: z.string(), path: z.string() })).describe('RFC 6902.'),
  }),
) {}
