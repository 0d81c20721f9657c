import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../common/http/moment.js';
import { FINDING_KINDS } from './checkpoints/findings.js';

export class VerifyActivityQuery extends createZodDto(
  z.strictObject({
    from: givenMoment.optional().describe('Entries that occurred at this moment or later.'),
    to: givenMoment.optional().describe('Entries that occurred before this moment.'),
    known_head: z
      .string()
      .regex(
        /^[1-9][0-9]{0,8}:[0-9a-f]{64}$/,
        'must be a sequence, a colon and a digest of 64 hexadecimal digits',
      )
      .optional()
      .describe('A `head` that you have kept, as `sequence:digest`: whether the chain still contains it.'),
  }),
) {}

const findingSchema = z.object({
  kind: z.enum(FINDING_KINDS).describe('`cut_off`: deleted, and so is everything that was sealed after it.'),
  entry_id: z.string().nullable().describe('Null: the finding is about a checkpoint.'),
  checkpoint: z.int().nullable().describe('Its sequence. Null: no checkpoint covers the entry.'),
  detail: z.string(),
});

const headSchema = z.object({ sequence: z.int(), digest: z.string() });

const verificationSchema = z
  .object({
    ok: z.boolean().describe('Nothing was found.'),
    checked: z.int().describe('Sealed entries that were compared.'),
    sealed_until: z.iso.datetime().nullable().describe('Every entry that was recorded before is sealed.'),
    unsealed: z.int().describe('Entries that are too young, or came too late, to be sealed yet.'),
    head: headSchema.nullable().describe('The newest checkpoint. Keep it elsewhere: `known_head`.'),
    findings: z.array(findingSchema).describe('The first ones.'),
    findings_total: z.int(),
  })
  .meta({
    examples: [
      {
        ok: false,
        checked: 12_043,
        sealed_until: '2026-11-21T09:30:00.000Z',
        unsealed: 17,
        head: { sequence: 311, digest: '5c0b9e27'.repeat(8) },
        findings: [
          {
            kind: 'altered',
            entry_id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
            checkpoint: 12,
            detail: 'The entry does not say what was sealed.',
          },
        ],
        findings_total: 1,
      },
    ],
  });

export class VerificationResponse extends createZodDto(verificationSchema) {}
