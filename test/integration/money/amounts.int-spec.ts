import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { moneyOf } from '../../../src/common/money/money-fields.js';
import { TransactionSummaryReadModel } from '../../../src/modules/transactions/transaction-summary.pg.read-model.js';
import { TransactionsRepository } from '../../../src/modules/transactions/transactions.pg.repository.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const AMOUNTS = 10_000;
const OF_A_STATEMENT = 500;
const MAX = 9_999_999_999;

const asText = (hundredths: number): string => {
  const digits = String(Math.abs(hundredths)).padStart(3, '0');
  return `${hundredths < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

describe(`${AMOUNTS} random amounts`, () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  it('given as numbers and as texts come back the same, and PostgreSQL’s sum is the sum of the inputs', async () => {
    const repository = t.app.get(TransactionsRepository, { strict: false });
    const { orgId } = t.tenant;
    let sum = 0n;
    for (let at = 0; at < AMOUNTS; at += OF_A_STATEMENT) {
      const texts = Array.from({ length: OF_A_STATEMENT }, () =>
        asText(Math.floor(Math.random() * (2 * MAX + 1)) - MAX || 1),
      );
      const added = texts.map((text, n) => {
        const amount = moneyOf(n % 2 === 0 ? text : (JSON.parse(text) as number), 'EUR');
        if (!amount) throw new Error(`${text} is refused`);
        sum += BigInt(text.replace('.', ''));
        return {
          ...{
            organizationId: orgId,
            userId: 'u',
            transactionType: 'random',
            metadata: {},
            reversalOf: null,
          },
          amount,
        };
      });
      const rows = await t.app.get(Postgres).transaction((tx) => repository.insert(tx, orgId, added));
      expect(rows.map(({ amount }) => amount.toString())).toEqual(texts);
    }
    const summary = t.app.get(TransactionSummaryReadModel, { strict: false });
    const [total] = await summary.summarize(orgId, 'user_id', {});
    expect(total).toMatchObject({ count: AMOUNTS, total: { minor: sum } });
    expect(await summary.count(orgId)).toBe(AMOUNTS);
  });
});
