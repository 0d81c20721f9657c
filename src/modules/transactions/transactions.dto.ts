import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMetadata } from '../../common/http/given-metadata.js';
import { givenMoment } from '../../common/http/moment.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { canonicalId } from '../../common/ids/ids.js';
import { faultOfAmount, givenAmount, givenCurrency, moneyOf } from '../../common/money/money-fields.js';

export const DEFAULT_CURRENCY = 'USD';
export const SUMMARY_GROUPS = ['month', 'transaction_type', 'user_id'] as const;
export type SummaryGroup = (typeof SUMMARY_GROUPS)[number];

const wellFormed = (text: string): boolean => text.isWellFormed();
export const transactionUserId = z
  .string()
  .min(1)
  .max(255)
  .refine(wellFormed, 'must not hold half of a surrogate pair')
  .overwrite(canonicalId);
export const transactionType = z
  .string()
  .min(1)
  .max(50)
  .refine(wellFormed, 'must not hold half of a surrogate pair');

const ADDED = { user_id: 'user123', amount: 99.99, transaction_type: 'purchase' } as const;

export class AddTransactionDto extends createZodDto(
  z
    .strictObject({
      user_id: transactionUserId.describe('An account, or any text of yours.'),
      amount: givenAmount.describe(
        'Exact: a number or a text, at most two decimals, not zero, at most 99,999,999.99 either way.',
      ),
      transaction_type: transactionType,
      currency: givenCurrency.default(DEFAULT_CURRENCY).describe('ISO 4217; at most two decimals.'),
      metadata: givenMetadata.default({}),
    })
    .superRefine(({ amount, currency }, context) => {
      const message = moneyOf(amount, currency)?.isZero
        ? 'must not be zero'
        : faultOfAmount(amount, currency);
      if (message !== null) context.addIssue({ code: 'custom', path: ['amount'], message });
    })
    .meta({ examples: [ADDED] }),
) {}

export class ReverseTransactionDto extends createZodDto(
  z
    .strictObject({ metadata: givenMetadata.default({}) })
    .meta({ examples: [{ metadata: { reason: 'twice' } }] }),
) {}

const filters = {
  user_id: transactionUserId.optional(),
  transaction_type: transactionType.optional(),
  from: givenMoment.optional().describe('Created at this moment or later.'),
  to: givenMoment.optional().describe('Created before this moment.'),
};

export class ListTransactionsQuery extends createZodDto(z.strictObject({ ...pageQuery, ...filters })) {}

export class SummarizeTransactionsQuery extends createZodDto(
  z.strictObject({ group_by: z.enum(SUMMARY_GROUPS).default('month'), ...filters }),
) {}

const transactionSchema = z
  .object({
    id: z.number().int(),
    user_id: z.string(),
    amount: z.string().describe('Exact, with the decimals of its currency.'),
    currency: z.string(),
    transaction_type: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    reversal_of: z.number().int().nullable().describe('The transaction that this one takes back.'),
    reversed_by: z.number().int().nullable().describe('The transaction that takes this one back.'),
    created_at: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        id: 42,
        ...ADDED,
        amount: '99.99',
        currency: 'USD',
        metadata: {},
        reversal_of: null,
        reversed_by: null,
        created_at: '2026-11-21T09:30:00.000Z',
      },
    ],
  });

export class TransactionResponse extends createZodDto(transactionSchema) {}
export class TransactionPage extends createZodDto(pageOf(transactionSchema)) {}

export class TransactionSummary extends createZodDto(
  z
    .object({
      data: z.array(
        z.object({
          group: z.string().describe('The month as `2026-11` (UTC), the type, or the user.'),
          currency: z.string(),
          count: z.number().int(),
          total: z.string().describe('The exact sum.'),
        }),
      ),
    })
    .meta({ examples: [{ data: [{ group: '2026-11', currency: 'USD', count: 2, total: '149.98' }] }] }),
) {}
