import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { Money } from '../../../src/common/money/money.js';
import { prorate, prorateRestart } from '../../../src/modules/subscriptions/proration.js';

const utc = (text: string): Date => new Date(`${text}Z`);
const euros = (text: string): Money => Money.ofDecimal(text, 'EUR');
const APRIL = { start: utc('2027-04-01T00:00:00'), end: utc('2027-05-01T00:00:00') };

describe('a proration', () => {
  it.each<[string, string, string, string, string]>([
    ['in the middle', '2027-04-16T00:00:00', '30.00', '-15.00', '50.00'],
    ['at the beginning', '2027-04-01T00:00:00', '30.00', '-30.00', '100.00'],
    ['at the end', '2027-05-01T00:00:00', '30.00', '0.00', '0.00'],
    ['after the end', '2027-06-01T00:00:00', '30.00', '0.00', '0.00'],
    ['of half a cent, to the even side', '2027-04-16T00:00:00', '0.05', '-0.02', '50.00'],
    ['of one cent and a half, to the even side', '2027-04-16T00:00:00', '0.03', '-0.02', '50.00'],
    ['in the last second', '2027-04-30T23:59:59', '99999.00', '-0.04', '0.00'],
  ])('%s', (_, at, old, credit, charge) => {
    const { credit: given, charge: due } = prorate(euros(old), euros('100.00'), APRIL, utc(at));
    expect([given.toString(), due.toString()]).toEqual([credit, charge]);
  });

  it('of a plan for itself costs nothing, at any second', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 9_999_999_999n }),
        fc.nat({ max: 2_592_000 }),
        (minor, second) => {
          const price = Money.ofMinor(minor, 'EUR');
          const { credit, charge } = prorate(
            price,
            price,
            APRIL,
            new Date(APRIL.start.getTime() + second * 1_000),
          );
          expect(credit.plus(charge).isZero).toBe(true);
        },
      ),
    );
  });

  it('is the exact share to the cent: never more than half a cent off, and a half goes to the even one', () => {
    const prices = fc.bigInt({ min: 0n, max: 9_999_999_999n });
    fc.assert(
      fc.property(
        prices,
        prices,
        fc.integer({ min: 1, max: 31_622_400 }),
        fc.nat(),
        (old, next, whole, at) => {
          const used = at % (whole + 1);
          const period = { start: APRIL.start, end: new Date(APRIL.start.getTime() + whole * 1_000) };
          const moment = new Date(APRIL.start.getTime() + used * 1_000);
          const { credit, charge } = prorate(
            Money.ofMinor(old, 'EUR'),
            Money.ofMinor(next, 'EUR'),
            period,
            moment,
          );
          for (const [price, share] of [
            [old, -credit.minor],
            [next, charge.minor],
          ] as const) {
            // In units of half a cent times the length: no division, so nothing is rounded here.
            const off = 2n * (share * BigInt(whole) - price * BigInt(whole - used));
            const distance = off < 0n ? -off : off;
            expect(distance <= BigInt(whole)).toBe(true);
            if (distance === BigInt(whole)) expect(share % 2n).toBe(0n);
          }
          expect(credit.minor <= 0n && charge.minor >= 0n).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of a period that begins anew charges the whole new price', () => {
    const { credit, charge } = prorateRestart(
      euros('30.00'),
      euros('300.00'),
      APRIL,
      utc('2027-04-16T00:00:00'),
    );
    expect([credit.toString(), charge.toString()]).toEqual(['-15.00', '300.00']);
  });
});
