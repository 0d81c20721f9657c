import { z } from 'zod';

const moment = z.iso.datetime().nullable();
const count = z.number().int().min(0);

export const agreementMember = z
  .object({
    last_pass_at: moment.describe('When everything was last compared; null before the first time.'),
    checked: count.describe('Records that were compared then.'),
    differences: count.describe('Records that differ, as far as the continuous comparison has found them.'),
    recent_checked_at: moment.describe('When what has changed lately was last compared.'),
  })
  .describe('How far the stores agree. Nothing is compared where VERIFY_EVERY is off.');

export type AgreementMember = z.infer<typeof agreementMember>;

export const AGREEMENT_EXAMPLE: AgreementMember = {
  last_pass_at: '2026-11-21T09:30:00.412Z',
  checked: 1_204_113,
  differences: 0,
  recent_checked_at: '2026-11-21T09:58:12.034Z',
};
