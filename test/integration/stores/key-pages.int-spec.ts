import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { KeyPages } from '../../../src/stores/mongo/key-pages.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

interface Keyed {
  _id: string;
  organization_id: string;
  key: string;
  deleted_at: Date | null;
}

const COLLECTION = 'keyed';
const KEYS = [
  ...Array.from({ length: 600 }, (_, n) => `dense-${String(n).padStart(6, '0')}`),
  ...Array.from({ length: 100 }, (_, n) => (n * 7_919).toString(36)),
  ...[
    '',
    'a',
    'aa',
    'Ä',
    '\uD7FF',
    '\uE000',
    '\u{1F600}',
    '\u{10FFFF}',
    `${'x'.repeat(500)}1`,
    'x'.repeat(500),
  ],
];
/** As MongoDB compares texts. */
const IN_ORDER = KEYS.filter((_, n) => n % 10 !== 9).toSorted((a, b) =>
  Buffer.compare(Buffer.from(a), Buffer.from(b)),
);

let stores: TestStores;
let mongo: Mongo;

beforeAll(async () => {
  stores = await createTestStores();
  mongo = new Mongo(stores.config);
  await mongo.onModuleInit();
  const collection = mongo.collection<Keyed>(COLLECTION);
  await collection.createIndex({ organization_id: 1, key: 1 }, { unique: true });
  const keyed = (organization_id: string, key: string, n: number) => ({
    ...{ _id: `${organization_id}${n}`, organization_id, key, deleted_at: n % 10 === 9 ? new Date(0) : null },
  });
  await collection.insertMany(['a', 'b'].flatMap((org) => KEYS.map((key, n) => keyed(org, key, n))));
});
afterAll(async () => {
  await mongo.onApplicationShutdown();
  await stores.drop();
});

const as = (stopsAtLimit: boolean) =>
  new KeyPages(Object.create(mongo, { stopsAtLimit: { value: stopsAtLimit } }) as Mongo);

const read = (pages: KeyPages, prefix: string, after: string | null, limit: number): Promise<Keyed[]> =>
  pages.ascending<Keyed>(COLLECTION, {
    ...{ filter: { organization_id: 'a' }, field: 'key', where: { deleted_at: null } },
    ...{ prefix, after, limit, projection: {} },
  });

describe.each([
  ['one query', true],
  ['windows', false],
] as const)('pages in the order of a text by %s', (_kind, stopsAtLimit) => {
  it.each([
    [3, 'dense-00001'],
    [13, ''],
    [51, ''],
    [1_000, ''],
    [7, 'dense-0001'],
    [7, 'x'],
    [7, 'none'],
  ])('give every document once and in order, %i at a time with the prefix "%s"', async (limit, prefix) => {
    const pages = as(stopsAtLimit);
    const wanted = IN_ORDER.filter((key) => key.startsWith(prefix));
    // The second walk uses what the first one has learnt.
    for (let walk = 0; walk < 2; walk += 1) {
      const seen: string[] = [];
      for (let after: string | null = null; ; after = seen.at(-1) ?? null) {
        const page = await read(pages, prefix, after, limit);
        expect(page.length).toBeLessThanOrEqual(limit);
        seen.push(...page.map(({ key }) => key));
        if (page.length < limit) break;
      }
      expect(seen).toEqual(wanted);
    }
  });

  it.each([
    ['before', 'd', ['dense-000000', 'dense-000001']],
    ['behind', 'e', []],
  ])('stay within the prefix after a position %s it', async (_where, after, wanted) => {
    const pages = as(stopsAtLimit);
    for (let turn = 0; turn < 2; turn += 1)
      expect((await read(pages, 'dense-', after, 2)).map(({ key }) => key)).toEqual(wanted);
  });

  it('show a document that came before the remembered beginning', async () => {
    const pages = as(stopsAtLimit);
    const firstOf = async () => (await read(pages, 'dense-', null, 2)).map(({ key }) => key);
    expect(await firstOf()).toEqual(['dense-000000', 'dense-000001']);
    const collection = mongo.collection<Keyed>(COLLECTION);
    await collection.insertOne({ _id: 'new', organization_id: 'a', key: 'dense-', deleted_at: null });
    expect(await firstOf()).toEqual(['dense-', 'dense-000000']);
    await collection.deleteOne({ _id: 'new' });
    expect(await firstOf()).toEqual(['dense-000000', 'dense-000001']);
  });
});

it('read little more than the page where the server does not stop at the limit', async () => {
  const found: number[] = [];
  const counting = Object.create(mongo, {
    stopsAtLimit: { value: false },
    run: {
      value: async (name: string, work: () => Promise<unknown[]>) => {
        const documents = await mongo.run(name, work);
        found.push(documents.length);
        return documents;
      },
    },
    // Without its limit, a query returns what SecantusDB would read for it.
    collection: {
      value: () => {
        const collection = mongo.collection<Keyed>(COLLECTION);
        return {
          find: (...given: Parameters<typeof collection.find>) =>
            Object.assign(collection.find(...given), {
              limit(this: unknown) {
                return this;
              },
            }),
        };
      },
    },
  }) as Mongo;
  const pages = new KeyPages(counting);
  await read(pages, '', 'dense-000100', 10);
  found.length = 0;
  await read(pages, '', 'dense-000200', 10);
  expect(found.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(100);
});
