import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';

import { outsideTransaction } from '../../../src/stores/postgres/transaction-scope.js';
import { type AmbientSteps, Postgres } from '../../../src/stores/postgres/postgres.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

describe('the transaction of an idempotent request', () => {
  let stores: TestStores;
  let postgres: Postgres;

  beforeAll(async () => {
    stores = await createTestStores({ DATABASE_POOL_MAX: '4' });
    postgres = new Postgres(stores.config);
    await postgres.onModuleInit();
    await postgres.sql`create table marks (name text primary key)`;
  });
  afterAll(async () => {
    await postgres.onApplicationShutdown();
    await stores.drop();
  });

  const mark = (name: string) =>
    postgres.transaction((tx) => tx.execute(sql`insert into marks values (${name})`));
  const seen = async () =>
    (await postgres.sql`select name from marks order by name`).map((row) => row['name'] as string);
  const seenInside = async () =>
    (await postgres.run((db) => db.execute(sql`select name from marks order by name`))).map(
      (row) => row['name'],
    );
  const ambient = async <T>(work: () => Promise<T>, steps: AmbientSteps<T> = {}) => {
    await postgres.sql`truncate marks`;
    return postgres.ambientTransaction(work, steps);
  };

  it('holds no connection before the first transaction inside, nor where there is none', async () => {
    await ambient(async () => {
      expect(postgres.use.active).toBe(0);
      expect(await seenInside()).toEqual([]);
      expect(postgres.use.active).toBe(0);
      await mark('a');
      expect(postgres.use.active).toBe(1);
    });
    expect([await seen(), postgres.use.active]).toEqual([['a'], 0]);
  });

  it('shows what it wrote inside, and nothing outside before the commit', async () => {
    await ambient(async () => {
      await mark('a');
      expect(await seenInside()).toEqual(['a']);
      expect(await outsideTransaction(seenInside)).toEqual([]);
    });
    expect(await seen()).toEqual(['a']);
  });

  it('goes on after a conflict that was caught, and keeps nothing of the transaction that had it', async () => {
    await ambient(async () => {
      await mark('a');
      const conflicting = postgres.transaction(async (tx) => {
        await tx.execute(sql`insert into marks values ('lost')`);
        await tx.execute(sql`insert into marks values ('a')`);
      });
      await expect(conflicting).rejects.toThrow();
      await mark('b');
    });
    expect(await seen()).toEqual(['a', 'b']);
  });

  it('lets transactions side by side take turns, so that each fails alone', async () => {
    await ambient(async () => {
      const outcomes = await Promise.allSettled(['a', 'b', 'a', 'c'].map(mark));
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
    });
    expect(await seen()).toEqual(['a', 'b', 'c']);
  });

  it('runs what was to come after the commit of each, except of those that were rolled back', async () => {
    const ran: string[] = [];
    const hooked = (name: string, fails = false) =>
      postgres.transaction(async (tx) => {
        postgres.afterCommit(tx, async () => {
          ran.push(name);
          expect(await seenInside()).toEqual(['a']);
        });
        if (fails) throw new Error('rolled back');
        await tx.execute(sql`insert into marks values (${name})`);
      });
    await ambient(async () => {
      await hooked('a');
      await expect(hooked('b', true)).rejects.toThrow('rolled back');
      expect(ran).toEqual([]);
    });
    expect(ran).toEqual(['a']);
  });

  it('keeps nothing of a request that failed, its transactions that had ended included', async () => {
    const failed = ambient(async () => {
      await mark('a');
      throw new Error('refused');
    });
    await expect(failed).rejects.toThrow('refused');
    expect([await seen(), postgres.use.active]).toEqual([[], 0]);
  });

  it('begins and ends with the steps of the request', async () => {
    const steps: string[] = [];
    const result = await ambient(() => Promise.resolve('done'), {
      onOpen: async (tx) => {
        steps.push('open');
        await tx.execute(sql`insert into marks values ('open')`);
      },
      beforeCommit: async (tx, value) => {
        steps.push(value);
        await tx.execute(sql`insert into marks values ('last')`);
      },
    });
    expect([result, steps, await seen()]).toEqual(['done', ['open', 'done'], ['last', 'open']]);
    const refused = ambient(() => mark('a'), { onOpen: () => Promise.reject(new Error('under way')) });
    await expect(refused).rejects.toThrow('under way');
    expect([await seen(), postgres.use.active]).toEqual([[], 0]);
  });

  it('is not joined by what goes on after its end', async () => {
    const gate = Promise.withResolvers<void>();
    const background = await ambient(async () => {
      await mark('a');
      return { later: gate.promise.then(() => Promise.all([mark('later'), seenInside()])) };
    });
    gate.resolve();
    await background.later;
    expect(await seen()).toEqual(['a', 'later']);
  });
});
