import { describe, expect, it } from 'vitest';

import { readPlan, withoutRemadeKeys } from '../../../src/cli/drizzle-kit/plan-push.js';

const REMADE = `ALTER TABLE "m" DROP CONSTRAINT "m_pk";
--> statement-breakpoint
ALTER TABLE "m" ADD CONSTRAINT "m_pk" PRIMARY KEY("b","a");
`;

describe('the plan of a push', () => {
  it('leaves out a key that is there exactly so, and nothing else', () => {
    const other = 'ALTER TABLE "m" ADD COLUMN "c" text;';
    expect(withoutRemadeKeys(REMADE, new Map([['m_pk', ['b', 'a']]]))).toBe('');
    expect(withoutRemadeKeys(REMADE + other, new Map([['m_pk', ['b', 'a']]]))).toBe(other);
    expect(withoutRemadeKeys(REMADE, new Map([['m_pk', ['a', 'b']]]))).toBe(REMADE.trim());
    expect(withoutRemadeKeys(REMADE, new Map())).toBe(REMADE.trim());
  });

  it('is read from what drizzle-kit prints', () => {
    const begin =
      'Pulling schema\n\n Warning  You are about to execute current statements:\n\nDROP TABLE "a" CASCADE;\n\n';
    const losses =
      " Warning  Found data-loss statements:\n· You're about to delete a table with 1 items\n\nTHIS ACTION WILL CAUSE DATA LOSS\n";
    expect(readPlan(begin)).toEqual({ sql: 'DROP TABLE "a" CASCADE;', losses: [] });
    expect(readPlan(begin + losses)).toEqual({
      sql: 'DROP TABLE "a" CASCADE;',
      losses: ["You're about to delete a table with 1 items"],
    });
    expect(readPlan('[i] No changes detected')).toEqual({ sql: '', losses: [] });
    expect(readPlan('Reading config file')).toBeNull();
  });
});
