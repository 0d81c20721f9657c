import { once } from 'node:events';
import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { contentOf, ExportWorld } from './export-world.js';

const HEAD = { format: 'triptych-export', version: 1 };
const entries = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: n, title: `Entry ${n}`, entry_date: '2026-11-01' }));

describe('imports', () => {
  let t: TestApp;
  let world: ExportWorld;
  beforeAll(async () => {
    t = await createTestApp();
    world = new ExportWorld(t);
  });
  afterAll(() => t.close());

  const total = async (person: Tenant) => {
    const { body } = await t.request('GET', '/api/v1/profile', { token: person.token });
    return (body as { total_entries: number }).total_entries;
  };
  const fileOf = (members: object) => JSON.stringify({ ...HEAD, ...members });

  it.each(['json', 'markdown'] as const)(
    'of an export give an empty account equal content: %s',
    async (format) => {
      const [from, to] = [await world.person(), await world.person()];
      await world.write(from, 7);
      const { id } = await world.exported(from, format);
      const { bytes } = await world.download(from, id);
      const type = format === 'json' ? 'application/json' : 'application/zip';
      const done = await world.imported(to, bytes, type);
      expect(done).toMatchObject({ state: 'completed', percent: 100, error: null, report: [] });
      expect(done.counts).toEqual({
        tags: { imported: 2, known: 0, refused: 0 },
        mood_categories: { imported: 1, known: 0, refused: 0 },
        moods: { imported: 1, known: 0, refused: 0 },
        focus_sessions: { imported: 1, known: 0, refused: 0 },
        entries: { imported: 7, known: 0, refused: 0 },
      });
      const before = contentOf(await world.document(from));
      const after = await eventually(
        async () => contentOf(await world.document(to)),
        (content) => JSON.stringify(content) === JSON.stringify(before),
      );
      expect(after).toEqual(before);
      expect(await total(to)).toBe(7);
      // Once more, there and where it came from: nothing is there twice.
      for (const person of [to, from]) {
        const again = await world.imported(person, bytes, type);
        expect(Object.values(again.counts).map(({ known, imported }) => [known, imported])).toEqual(
          [2, 1, 1, 1, 7].map((count) => [count, 0]),
        );
        expect(contentOf(await world.document(person))).toEqual(before);
      }
      const search = await t.request('GET', '/api/v1/journal/entries?q=sunset', { token: to.token });
      expect((search.body as { data: unknown[] }).data).toHaveLength(7);
      // What is imported blocks no session.
      await world.post(to, 'focus-sessions', { session_type: 'deep_work', planned_duration_seconds: 60 });
      const second = await t.request('POST', '/api/v1/focus-sessions', {
        ...{ token: to.token, body: { session_type: 'deep_work', planned_duration_seconds: 60 } },
      });
      expect(second.status).toBe(409);
    },
  );

  it('hold the entry limit, and name what they have refused', async () => {
    const person = await world.person();
    await t.app.get(Postgres).sql`
      insert into entry_counts (organization_id, user_id, total_entries) values (${person.orgId}, ${person.userId}, 97)`;
    const file = fileOf({ entries: entries(6) });
    const would = await world.imported(person, file, 'application/json', '?dry_run=true');
    const done = await world.imported(person, file);
    for (const { counts, report, state } of [would, done]) {
      expect([state, counts['entries']]).toEqual(['completed', { imported: 3, known: 0, refused: 3 }]);
      expect(report.map(({ id, code, index }) => [id, code, index])).toEqual(
        [3, 4, 5].map((n) => [String(n), 'journal.entry_limit_reached', n]),
      );
    }
    expect(await total(person)).toBe(100);
  });

  it('let a person send one file at a time, and another one once that has ended', async () => {
    await t.app.listen(0, '127.0.0.1');
    const [person, other] = [await world.person(), await world.person()];
    const authorization = `Bearer ${person.token}`;
    const headers = { authorization, 'content-type': 'application/json', 'content-length': '1000' };
    const send = (token: string, query = '') =>
      t.request('POST', `/api/v1/imports${query}`, { token, body: { ...HEAD, entries: [] } });
    /** One upload that does not end, and another one beside it, whose query is refused after its file has arrived. */
    const sendTwo = async () => {
      const first = request(`${await t.app.getUrl()}/api/v1/imports`, { method: 'POST', headers });
      first.on('error', () => undefined);
      const arrives = once(t.app.getHttpServer(), 'request');
      first.write('{"format":');
      await arrives;
      return { first, second: await send(person.token, '?dry_run=maybe') };
    };
    // Where the second one was the earlier one, the first is refused.
    const { first, second } = await eventually(sendTwo, (both) => both.second.status === 409);
    expect(second.body).toMatchObject({ code: 'imports.upload_in_progress' });
    expect((await send(other.token)).status).toBe(202);
    first.destroy();
    await eventually(
      () => send(person.token),
      ({ status }) => status === 202,
    );
  });

  it('change nothing as a dry run, and say what would be', async () => {
    const person = await world.person();
    const file = fileOf({
      tags: [{ id: 1, name: 'New' }],
      mood_categories: [{ id: 1, name: 'Calm' }],
      moods: [{ id: 1, category_id: 1, intensity: 5 }],
      entries: [{ id: 1, title: 'x', tag_ids: [1], mood_id: 1 }],
    });
    const would = await world.imported(person, file, 'application/json', '?dry_run=true');
    expect(Object.values(would.counts).map(({ imported }) => imported)).toEqual([1, 1, 1, 0, 1]);
    expect(contentOf(await world.document(person))).toMatchObject({ tags: [], moods: [], entries: [] });
    expect(await total(person)).toBe(0);
    const done = await world.imported(person, file);
    expect(done.counts).toEqual(would.counts);
  });

  it('match tags and categories by their names', async () => {
    const person = await world.person();
    await world.post(person, 'tags', { name: 'gratitude' });
    const file = fileOf({
      tags: [{ id: 'a', name: 'GRATITUDE' }],
      entries: [{ id: 'e', title: 'x', tag_ids: ['a'], created_at: '2020-01-01T10:00:00Z' }],
    });
    expect((await world.imported(person, file)).counts['tags']).toEqual({
      imported: 0,
      known: 1,
      refused: 0,
    });
    const content = await eventually(
      async () => contentOf(await world.document(person)) as { entries: object[] },
      (found) => found.entries.length === 1,
    );
    expect(content.entries).toMatchObject([
      { tag_ids: ['gratitude'], created_at: '2020-01-01T10:00:00.000Z' },
    ]);
  });

  it('refuse single items with their faults, and import the rest', async () => {
    const person = await world.person();
    const file = fileOf({
      focus_sessions: [
        {
          id: 's',
          session_type: 'x',
          planned_duration_seconds: 60,
          state: 'running',
          elapsed_seconds: 1,
          started_at: '2026-01-01T00:00:00Z',
          ended_at: null,
        },
      ],
      entries: [
        { id: 'a', title: 'fine' },
        { id: 'b', title: 'x', entry_date: '2026-02-30' },
        { id: 'c' },
        { title: 'no id' },
        { id: 'd', title: 'x', tag_ids: ['unknown'] },
        { id: 'e', title: 'x', mood_id: newId() },
        { id: 'f', title: 'x', password_hash: 'y' },
        { id: 'a', title: 'twice' },
      ],
    });
    const { counts, report } = await world.imported(person, file);
    expect(counts['entries']).toEqual({ imported: 1, known: 1, refused: 6 });
    expect(report.map(({ id, code, path }) => [id, code, path])).toEqual([
      ['s', 'imports.session_still_active', ''],
      ['b', 'request.invalid', 'entry_date'],
      ['c', 'journal.empty_entry', 'content'],
      [null, 'request.invalid', 'id'],
      ['d', 'journal.unknown_reference', 'tag_ids.0'],
      ['e', 'journal.unknown_reference', 'mood_id'],
      ['f', 'request.invalid', 'password_hash'],
    ]);
  });

  it.each([
    [
      '{"format":"triptych-export","version":1,"entries":[{"id":1,"title":"x"}',
      'application/json',
      'imports.malformed_file',
    ],
    [
      '{"format":"triptych-export","version":1,"entries":[{"id":1,"title":"x"},]}x',
      'application/json',
      'imports.malformed_file',
    ],
    ['{"format":"other","entries":[{"id":1,"title":"x"}]}', 'application/json', 'imports.unknown_format'],
    ['[1,2]', 'application/json', 'imports.unknown_format'],
    ['PK\u0003\u0004 no zip', 'application/zip', 'imports.malformed_file'],
    [
      `{"format":"triptych-export","version":1,"entries":["${'x'.repeat(2_200_000)}"]}`,
      'application/json',
      'imports.item_too_large',
    ],
  ])('import nothing of a file that is broken: %.60s', async (file, type, code) => {
    const person = await world.person();
    const done = await world.imported(person, file, type);
    expect([done.state, done.error]).toEqual(['failed', code]);
    expect(await total(person)).toBe(0);
  });

  it('take no other body, and leave nothing of what was refused', async () => {
    const person = await world.person();
    expect((await world.upload(person, 'a,b', 'text/csv')).status).toBe(415);
    expect((await world.upload(person, '')).status).toBe(400);
    expect((await world.upload(person, '{}', 'application/json', '?dry=1')).status).toBe(400);
    const large = await world.upload(person, '{}', 'application/json', '', {
      'content-length': String(300 * 1_048_576),
    });
    expect(large.status).toBe(413);
    const elsewhere = await t.app.inject({
      ...{ method: 'POST', url: '/api/v1/tags', payload: '{}' },
      headers: {
        authorization: `Bearer ${person.token}`,
        'content-type': 'application/vnd.triptych.streamed',
      },
    });
    expect(elsewhere.statusCode).toBe(415);
    const chunks = t.app.get(Mongo).collection('export_chunks');
    await eventually(
      () => chunks.countDocuments({ user_id: person.userId } as object),
      (count) => count === 0,
    );
  });

  it('take one request with an Idempotency-Key once', async () => {
    const person = await world.person();
    const headers = { 'idempotency-key': newId() };
    const first = await world.upload(
      person,
      fileOf({ entries: entries(1) }),
      'application/json',
      '',
      headers,
    );
    const again = await world.upload(
      person,
      fileOf({ entries: entries(1) }),
      'application/json',
      '',
      headers,
    );
    expect([first.status, again.status, again.body.id]).toEqual([202, 202, first.body.id]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const another = await world.upload(
      person,
      fileOf({ entries: entries(2) }),
      'application/json',
      '',
      headers,
    );
    expect(another.status).toBe(422);
  });
});
