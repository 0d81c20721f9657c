import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { wholeNumberOr } from '../../common/http/whole-number.js';
import { visibleText } from '../../common/http/visible-text.js';
import { EXECUTION_STATES } from './execution-state.js';

export const DEFAULT_DEADLINE_SECONDS = 3_600;
const MAX_CHUNK_BYTES = 64 * 1_024;

const state = z.enum(EXECUTION_STATES);
const json = z.unknown().describe('Any JSON value.');
const stream = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9, hyphens and underscores, a letter first');
const seq = z.int().min(0).max(2_147_483_647);

export class CreateExecutionDto extends createZodDto(
  z
    .strictObject({
      name: visibleText(200),
      deployment_id: z.uuid().optional(),
      input: json.optional(),
      deadline_seconds: z
        .int()
        .min(1)
        .max(604_800)
        .optional()
        .describe('After this time it ends in `timed_out` by itself. Default 3,600.'),
    })
    .meta({ examples: [{ name: 'migrate', input: { dry_run: true } }] }),
) {
  static readonly opaque = ['input'];
}

export class UpdateExecutionDto extends createZodDto(
  z
    .strictObject({
      state: state.optional(),
      result: json.optional(),
      exit_code: z.int().min(-2_147_483_648).max(2_147_483_647).nullable().optional(),
    })
    .meta({ examples: [{ state: 'succeeded', result: { migrated: 12 }, exit_code: 0 }] }),
) {
  static readonly opaque = ['result'];
}

export class AddChunkDto extends createZodDto(
  z
    .strictObject({
      stream: stream.describe('`stdout`, `stderr`, or any other.'),
      seq: seq.describe('From 0 in each stream; in any order.'),
      data: z
        .string()
        .refine(
          (text) => Buffer.byteLength(text) <= MAX_CHUNK_BYTES,
          `must not exceed ${MAX_CHUNK_BYTES} bytes`,
        ),
    })
    .meta({ examples: [{ stream: 'stdout', seq: 0, data: 'Applying 0001…\n' }] }),
) {
  static readonly opaque = ['data'];
}

export class ListExecutionsQuery extends createZodDto(
  z.strictObject({ ...pageQuery, state: state.optional(), deployment_id: z.uuid().optional() }),
) {}

export class OutputQueryDto extends createZodDto(
  z.strictObject({
    ...pageQuery,
    stream: stream.optional(),
    from_seq: wholeNumberOr(0, 0, 2_147_483_647),
  }),
) {}

const executionSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  deployment_id: z.uuid().nullable(),
  input: json,
  state,
  result: json,
  exit_code: z.int().nullable(),
  deadline_at: z.iso.datetime(),
  output_bytes: z.int(),
  streams: z.array(z.string()),
  created_by: z.uuid(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
const chunkSchema = z.object({
  stream: z.string(),
  seq: z.int(),
  data: z.string(),
  created_at: z.iso.datetime(),
});

export class ExecutionResponse extends createZodDto(executionSchema) {}
export class ExecutionPage extends createZodDto(pageOf(executionSchema)) {}
export class ChunkResponse extends createZodDto(z.object({ stream: z.string(), seq: z.int() })) {}
export class OutputPageResponse extends createZodDto(
  pageOf(chunkSchema).extend({
    missing: z
      .array(z.object({ stream: z.string(), from_seq: z.int(), to_seq: z.int() }))
      .describe('The gaps between these chunks, both ends inclusive.'),
  }),
) {}
