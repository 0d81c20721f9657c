import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { GroupCommit } from '../../flows/queue/group-commit.js';
import { KeyCreditsRepository } from './key-credits.pg.repository.js';

const LIMITS = { perFlush: 1_000, waiting: 10_000 };

/** The outcome of a payment. `remaining`: the balance after it. Null: the key's credits are not counted. */
export interface Outcome {
  isPaid: boolean;
  remaining: number | null;
}

interface Payment {
  cost: number;
  outcome: Outcome;
}

/** The payments of one key that wait while a statement for it is under way, and then go together. */
interface Lane {
  group: GroupCommit<Payment>;
  callers: number;
}

/** Spends the credits of keys: never more than there are, over all instances. */
@Injectable()
export class KeyCredits {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly credits: KeyCreditsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * If the cost is not paid, nothing was taken. Rejects with `StoreUnavailable`; then it may have been taken. Rejects
   * with `GroupsFull`.
   */
  async pay(keyId: string, cost: number): Promise<Outcome> {
    const lane = this.laneOf(keyId);
    lane.callers += 1;
    try {
      const payment: Payment = { cost, outcome: { isPaid: false, remaining: null } };
      await lane.group.add([payment]);
      return payment.outcome;
    } finally {
      lane.callers -= 1;
      if (lane.callers === 0) this.lanes.delete(keyId);
    }
  }

  private laneOf(keyId: string): Lane {
    const known = this.lanes.get(keyId);
    if (known) return known;
    const group = new GroupCommit<Payment>(LIMITS, (payments) => this.payAll(keyId, payments));
    const lane = { group, callers: 0 };
    this.lanes.set(keyId, lane);
    return lane;
  }

  private async payAll(keyId: string, payments: readonly Payment[]): Promise<void> {
    // Cheapest first, so that a balance that does not cover all payments covers the first ones.
    const ordered = payments.toSorted((one, other) => one.cost - other.cost);
    let sum = 0;
    const sums = ordered.map(({ cost }) => (sum += cost));
    const least = sums.find((value) => value > 0) ?? 0;
    const spent =
      least === 0
        ? await this.balanceOf(keyId)
        : await this.credits.spend(keyId, sums, least, this.clock.now());
    ordered.forEach((payment, index) => {
      const upToHere = sums[index] ?? 0;
      // No row: the credits are not counted any more.
      const isPaid = spent === null || upToHere <= spent.spent;
      const left = spent && spent.balance - (isPaid ? upToHere : spent.spent);
      payment.outcome = { isPaid, remaining: left };
    });
  }

  private async balanceOf(keyId: string): Promise<{ balance: number; spent: number } | null> {
    const balance = await this.credits.balance(keyId, this.clock.now());
    return balance === null ? null : { balance, spent: 0 };
  }
}
