import { addRows, inSql, momentOf } from '../ground.js';
import { detail, LARGEST, list, type Shape } from '../shape.js';

const HALF_A_DAY_MS = 43_200_000;

/** The ledger: 200 accounts with five types. */
export const transactions: Shape = {
  name: 'transactions',
  large: LARGEST,
  fill: (ground, range) => {
    const { moment, orgId } = inSql(ground);
    return addRows(
      ground,
      'transactions',
      {
        ...{ id: `n + 1`, organization_id: orgId, user_id: `'user-' || n % 200`, created_at: moment },
        ...{ amount: `1 + n % 1000`, currency: `'USD'`, metadata: `'{}'` },
        transaction_type: `(array['purchase', 'refund', 'payout', 'fee', 'bonus'])[n % 5 + 1]`,
      },
      range,
    );
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    const from = momentOf(ground, 0).getTime() - HALF_A_DAY_MS;
    const range = `from=${new Date(from).toISOString()}`;
    return [
      ...list('transactions', {
        middle: [momentOf(ground, half).toISOString(), '1'],
        filters: [
          'user_id=user-7',
          'transaction_type=fee',
          'user_id=user-7&transaction_type=payout',
          `to=${momentOf(ground, half).toISOString()}`,
          range,
        ],
        nothing: [
          'user_id=nobody',
          'transaction_type=none',
          'user_id=user-7&transaction_type=none',
          'user_id=user-7&transaction_type=fee',
          `to=${momentOf(ground, size * 2).toISOString()}`,
        ],
      }),
      detail('transactions/{id}', `transactions/${half + 1}`),
      detail('transactions/summary', `transactions/summary?group_by=transaction_type&${range}`, 'half a day'),
    ];
  },
};
