import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import {
  faultOfAmount,
  type GivenAmount,
  givenAmount,
  givenCurrency,
  moneyOf,
} from '../../common/money/money-fields.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { queryBoolean } from '../../common/http/query-boolean.js';
import { visibleText } from '../../common/http/visible-text.js';
import { PLAN_INTERVALS } from './plan.js';

export const planCode = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first',
  );

const MAX_LIMITS = 50;
const limits = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and underscores'),
    z.union([z.number(), z.boolean(), z.string().max(255), z.null()]),
  )
  .refine((given) => Object.keys(given).length <= MAX_LIMITS, `must have at most ${MAX_LIMITS} members`)
  .refine((given) => !Object.hasOwn(given, 'entry_limit'), 'entry_limit has a field of its own')
  .describe('Further limits, by names of your own. They are shown to subscribers, and not enforced here.');

const PLAN = {
  code: 'pro',
  name: 'Pro',
  price: '9.99',
  currency: 'EUR',
  interval: 'month',
  entry_limit: 10_000,
  limits: { projects: 20 },
  active: true,
} as const;

const fields = {
  name: visibleText(120),
  price: givenAmount.describe('Exact: a number or a text, with the decimals of its currency at the most.'),
  currency: givenCurrency.describe('ISO 4217; at most two decimals.'),
  interval: z.enum(PLAN_INTERVALS),
  entry_limit: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .nullable()
    .default(null)
    .describe('How many entries a subscriber may have in an organisation; null: any number.'),
  limits: limits.default({}),
  active: z.boolean().default(true).describe('Whether it can be subscribed to anew.'),
};

function checkPrice(
  { price, currency }: { price: GivenAmount; currency: string },
  context: z.core.$RefinementCtx,
): void {
  const isNegative = (moneyOf(price, currency)?.minor ?? 0n) < 0n;
  const message = isNegative ? 'must not be negative' : faultOfAmount(price, currency);
  if (message !== null) context.addIssue({ code: 'custom', path: ['price'], message });
}

export class CreatePlanDto extends createZodDto(
  z
    .strictObject({ code: planCode, ...fields })
    .superRefine(checkPrice)
    .meta({ examples: [PLAN] }),
) {}

export class ReplacePlanDto extends createZodDto(
  z
    .strictObject({ code: planCode.optional().describe('As in the path, where it is given.'), ...fields })
    .superRefine(checkPrice)
    .meta({ examples: [{ ...PLAN, price: '12.00' }] }),
) {}

export class ListPlansQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    active: queryBoolean.optional().describe('Only these.'),
  }),
) {}

const planSchema = z
  .object({
    code: z.string(),
    name: z.string(),
    price: z.string().describe('Exact, with the decimals of its currency.'),
    currency: z.string(),
    interval: z.enum(PLAN_INTERVALS),
    entry_limit: z.number().int().nullable(),
    limits: z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()])),
    active: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({
    examples: [{ ...PLAN, created_at: '2026-11-21T09:30:00.000Z', updated_at: '2026-11-21T09:30:00.000Z' }],
  });

export class PlanResponse extends createZodDto(planSchema) {}
export class PlanPage extends createZodDto(pageOf(planSchema)) {}
