import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { wholeNumber } from '../../common/http/whole-number.js';

const MAX_CONTENT_BYTES = 256 * 1_024;

const segment = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must be 1 to 100 of A-Z, a-z, 0-9, dots, hyphens and underscores',
  );
const version = wholeNumber(1, 2_147_483_647);
const json = z.unknown().describe('Any JSON value, up to 256 KiB.');
const content = json.refine(
  (value) => value === undefined || Buffer.byteLength(JSON.stringify(value)) <= MAX_CONTENT_BYTES,
  `must not exceed ${MAX_CONTENT_BYTES} bytes`,
);

export class ConfigPath extends createZodDto(z.strictObject({ environment: segment, name: segment })) {}
export class ConfigVersionPath extends createZodDto(
  z.strictObject({ environment: segment, name: segment, version }),
) {}
export class ConfigDiffPath extends createZodDto(
  z.strictObject({ environment: segment, name: segment, version, other: version }),
) {}

export class PutConfigDto extends createZodDto(
  z
    .strictObject({ content: content.refine((value) => value !== undefined, 'is required') })
    .meta({ examples: [{ content: { log_level: 'info', retries: 3 } }] }),
) {
  /** Null characters are valid JSON, and the content is returned as it was written. */
  static readonly opaque = ['content'];
}

export class RollbackConfigDto extends createZodDto(
  z
    .strictObject({ version: z.int().min(1).describe('The earlier version whose content comes back.') })
    .meta({ examples: [{ version: 1 }] }),
) {}

export class ListConfigsQuery extends createZodDto(
  z.strictObject({ ...pageQuery, environment: segment.optional() }),
) {}
export class ListConfigVersionsQuery extends createZodDto(z.strictObject(pageQuery)) {}

const summarySchema = z.object({
  environment: z.string(),
  name: z.string(),
  version: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
const checksum = z.string().describe('SHA-256 (hex) of the canonical JSON of the content (RFC 8785).');
const versionSchema = z.object({
  version: z.int(),
  checksum,
  content: json,
  created_by: z.uuid(),
  created_at: z.iso.datetime(),
});

export class ConfigSummary extends createZodDto(summarySchema) {}
export class ConfigPage extends createZodDto(pageOf(summarySchema)) {}
export class ConfigResponse extends createZodDto(summarySchema.extend({ checksum, content: json })) {}
export class ConfigVersionResponse extends createZodDto(versionSchema) {}
export class ConfigVersionPage extends createZodDto(pageOf(versionSchema)) {}
export class ConfigDiffResponse extends createZodDto(
  z.object({
    from: z.int(),
    to: z.int(),
    patch: z
      .array(z.looseObject({ op: z.string(), path: z.string() }))
      .describe('JSON Patch (RFC 6902) that turns the one content into the other.'),
  }),
) {}
