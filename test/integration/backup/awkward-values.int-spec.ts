import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { newId } from '../../../src/common/ids/ids.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import {
  archiveFolder,
  backup,
  contentOf,
  emptyStores,
  restore,
  withMongo,
  withSql,
} from './archive-fixture.js';

const { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID, BSONRegExp } =
  mongoose.mongo.BSON;

const TEXTS = [
  '',
  ' ',
  '\\N',
  'N',
  '\\.',
  '\\',
  '\\\\',
  '\t tab\ttab\t',
  'line\nfeed\n',
  'carriage\r\nreturn\r',
  '\b\f\v\u0001\u001f\u007f',
  '"quotes" \'and\' , {braces}',
  'Grüße, 世界, עולם, 🜁🜂🜃 👩‍👩‍👧 é \u202e \ufeff',
  'x'.repeat(100_000),
];

describe('awkward values', () => {
  let source: TestStores;
  let target: TestStores;
  let archives: Awaited<ReturnType<typeof archiveFolder>>;
  beforeAll(async () => {
    source = await createTestStores();
    target = await emptyStores();
    archives = await archiveFolder();
  });
  afterAll(async () => {
    await archives.drop();
    await source.drop();
    await target.drop();
  });

  it('come back as they were, with their types', async () => {
    await withSql(source.config, async (sql) => {
      for (const [n, name] of TEXTS.entries()) {
        const slug = `${n}`;
        await sql`insert into organizations (id, slug, name, created_at)
          values (${newId()}, ${slug}, ${name}, '2026-11-21T09:30:00.123Z'::timestamptz + ${n} * interval '1 ms')`;
        await sql`
          insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, subject_email, payload, tags, recorded_at)
          values (${newId()}, 'user', ${name}, ${newId()}, 'user.updated', ${n % 2 === 0 ? null : name},
            ${JSON.stringify({ text: name, nested: [{ deep: [[name, null, 0.1, 1e300, -0, true]] }], [name.slice(0, 40)]: {} })}::text::jsonb,
            ${sql.array([name, '', 'NULL', 'a,b', '{}'])}::text[], ${n === 0 ? 'infinity' : '0001-01-01T00:00:00.999Z'}::text::timestamptz)`;
      }
      await sql`
        insert into outbox_queue (event_id, position, aggregate, available_at, attempts, last_error)
        overriding system value
        values (${newId()}, 9007199254740993, 'x', now(), 2147483647, E'tab\tand\nline')`;
      await sql`select setval('outbox_queue_position_seq', 9007199254740995)`;
    });
    await withMongo(source.config, async (mongo) => {
      const odd = mongo.collection('odd_values');
      const values = [
        ...TEXTS,
        null,
        'a null \0 within',
        new Int32(1),
        new Double(1),
        new Double(-0),
        new Double(Number.NaN),
        new Double(Number.POSITIVE_INFINITY),
        Long.fromString('9007199254740993'),
        Long.MIN_VALUE,
        Decimal128.fromString('0.1000000000000000000000000000000001'),
        Decimal128.fromString('-9.99E+6144'),
        new Date(1),
        new Date(-62_135_596_800_001),
        new Date(1_795_253_400_123),
        new Binary(Buffer.from([0, 255, 10, 13])),
        new UUID(newId()),
        new ObjectId(),
        new BSONRegExp('^a\\/b', 'im'),
        new Timestamp({ t: 1, i: 2 }),
        new MinKey(),
        new MaxKey(),
        [],
        {},
        [[], [{}], [null, [new Int32(1), Long.fromNumber(1), 1.5]]],
        { 'a.b': 1, $set: 2, '': 3, Größe: 4, nested: { z: 1, a: { y: [{ x: 'deep' }] } } },
      ];
      await odd.insertMany(values.map((value) => ({ value })));
      await odd.insertMany(
        ['text', 7, 2.5, new Date(5), { a: 1, b: 'c' }, new UUID(newId())].map((id) => ({
          _id: id as never,
          value: 'id',
        })),
      );
      await mongo.collection('odd.näme /%2E').insertOne({ value: 'a name that is a path' });
    });
    const before = await contentOf(source);
    await backup(source, archives.file('awkward.tar'));
    await restore(target, archives.file('awkward.tar'));
    const after = await contentOf(target);
    expect(after.postgres).toEqual(before.postgres);
    expect(after.mongodb).toEqual(before.mongodb);
    expect(before.mongodb['odd_values']?.length).toBe(TEXTS.length + 31);
    expect(before.postgres['organizations']).toHaveLength(TEXTS.length);
    const [next] = await withSql(
      target.config,
      (sql) => sql`select nextval('outbox_queue_position_seq')::text as value`,
    );
    expect(next?.['value']).toBe('9007199254740996');
  });
});
