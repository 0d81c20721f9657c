import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';

import { newId } from '../../../src/common/ids/ids.js';
import { CHUNK_BYTES } from '../../../src/modules/exports/files/private-file.js';
import { PrivateFiles } from '../../../src/modules/exports/files/private-files.service.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedKey } from '../../factories/api-key.js';
import { seedTenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { makePeriodDue } from '../../support/scheduled-jobs.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { ExportWorld } from './export-world.js';

const chunksOf = (t: TestApp) =>
  t.app.get(Mongo).collection<{ _id: string; data: { buffer: Uint8Array } }>('export_chunks');

describe('exports', () => {
  let t: TestApp;
  let world: ExportWorld;
  beforeAll(async () => {
    t = await createTestApp();
    world = new ExportWorld(t);
  });
  afterAll(() => t.close());

  it('hold everything that a person has, as one JSON document', async () => {
    const person = await world.person();
    await world.write(person, 5);
    const document = await world.document(person);
    expect(document).toMatchObject({ format: 'triptych-export', version: 1 });
    expect(document.tags.map(({ name }) => name)).toEqual(['Work', 'Gratitude']);
    expect(document.moods).toMatchObject([{ note: 'A walk by the river.' }]);
    expect(document.focus_sessions).toMatchObject([{ session_type: 'pomodoro', elapsed_seconds: 1_200 }]);
    const { body } = await t.request('GET', '/api/v1/journal/entries', { token: person.token });
    expect(document.entries).toEqual((body as { data: unknown[] }).data);
    expect(document.entries).toHaveLength(5);
  });

  it('are Markdown files in a zip, with the rest as JSON', async () => {
    const person = await world.person();
    await world.write(person, 2);
    const done = await world.exported(person, 'markdown');
    const { bytes, headers } = await world.download(person, done.id);
    expect(headers['content-type']).toBe('application/zip');
    const zip = await fromBufferPromise(bytes, { lazyEntries: true });
    const files = new Map<string, string>();
    for await (const entry of zip.eachEntry()) {
      const parts: Buffer[] = [];
      for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
      files.set(entry.fileName, Buffer.concat(parts).toString());
    }
    expect([...files.keys()].toSorted()).toEqual([
      expect.stringMatching(/^entries\/2026\/2026-11-01-.*\.md$/),
      expect.stringMatching(/^entries\/2026\/2026-11-02-.*\.md$/),
      ...['export.json', 'focus_sessions.json', 'mood_categories.json', 'moods.json', 'tags.json'],
    ]);
    const second = [...files].find(([name]) => name.includes('2026-11-02'))?.[1] ?? '';
    expect(second).toContain('title: "Day 1"\n');
    expect(second).toContain('tags: ["Gratitude"]\n');
    expect(second.endsWith('---\nWe watched the sunset\n---\n"1" \u{1F305}')).toBe(true);
    expect(JSON.parse(files.get('moods.json') ?? '')).toMatchObject([{ note: 'A walk by the river.' }]);
  });

  it('are sent in parts, and go on where they were cut off', async () => {
    const person = await world.person();
    const id = newId();
    const whole = Buffer.from(Array.from({ length: CHUNK_BYTES * 2 + 77 }, (_, at) => at % 251));
    const files = t.app.get(PrivateFiles);
    const file = await files.begin(person);
    const expiresAt = new Date(Date.now() + 60_000);
    async function* pieces() {
      for (let at = 0; at < whole.length; at += 100_003)
        yield await Promise.resolve(whole.subarray(at, at + 100_003));
    }
    const { size } = await files.write(person, file, pieces(), expiresAt);
    await t.app.get(Postgres).sql`
      insert into export_requests (id, organization_id, user_id, format, state, file_id, file_key, size, expires_at)
      values (${id}, ${person.orgId}, ${person.userId}, 'markdown', 'completed', ${file.id}, ${file.key}, ${size}, ${expiresAt.toISOString()})`;
    const all = await world.download(person, id);
    expect([all.status, all.headers['content-length'], all.headers['accept-ranges']]).toEqual([
      200,
      String(whole.length),
      'bytes',
    ]);
    expect(all.bytes.equals(whole)).toBe(true);
    const etag = String(all.headers['etag']);
    for (const [asked, from, to] of [
      ['bytes=0-0', 0, 1],
      [`bytes=${CHUNK_BYTES - 1}-${CHUNK_BYTES}`, CHUNK_BYTES - 1, CHUNK_BYTES + 1],
      [`bytes=${CHUNK_BYTES + 5}-`, CHUNK_BYTES + 5, whole.length],
      ['bytes=-10', whole.length - 10, whole.length],
      [`bytes=${whole.length - 1}-${whole.length + 100}`, whole.length - 1, whole.length],
    ] as const) {
      const part = await world.download(person, id, { range: asked, 'if-range': etag });
      expect([asked, part.status, part.headers['content-range']]).toEqual([
        asked,
        206,
        `bytes ${from}-${to - 1}/${whole.length}`,
      ]);
      expect(part.headers['content-length']).toBe(String(to - from));
      expect(part.bytes.equals(whole.subarray(from, to))).toBe(true);
    }
    expect((await world.download(person, id, { range: 'bytes=5-', 'if-range': '"another"' })).status).toBe(
      200,
    );
    expect((await world.download(person, id, { range: 'lines=1-2' })).status).toBe(200);
    const beyond = await world.download(person, id, { range: `bytes=${whole.length}-` });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${whole.length}`]);
    const again = await world.download(person, id, { 'if-none-match': etag });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  });

  it('are their person’s alone, hold no plaintext at rest, and decrypt at no other place', async () => {
    const person = await world.person();
    await world.write(person, 1);
    const { id } = await world.exported(person, 'json');
    const other = await seedTenant(t.app, { orgId: person.orgId, role: 'admin' });
    for (const path of [`/api/v1/exports/${id}`, `/api/v1/exports/${id}/download`])
      expect((await t.request('GET', path, { token: other.token })).status).toBe(404);
    const wide = await seedKey(t.app, person, ['*']);
    expect((await t.request('GET', `/api/v1/exports/${id}`, { token: wide })).status).toBe(403);
    const chunks = await chunksOf(t)
      .find({ user_id: person.userId } as object)
      .toArray();
    expect(chunks.length).toBeGreaterThan(0);
    for (const { data } of chunks) expect(Buffer.from(data.buffer).includes('sunset')).toBe(false);
    const { sql } = t.app.get(Postgres);
    const another = await world.exported(person, 'json');
    await sql`update export_requests r set file_id = o.file_id from export_requests o where r.id = ${another.id} and o.id = ${id}`;
    expect((await world.download(person, another.id)).status).toBe(500);
  });

  it('are not to be had before they are completed', async () => {
    const person = await world.person();
    const id = newId();
    await t.app.get(Postgres).sql`
      insert into export_requests (id, organization_id, user_id, format, expires_at)
      values (${id}, ${person.orgId}, ${person.userId}, 'json', now() + interval '1 minute')`;
    const answer = await t.request('GET', `/api/v1/exports/${id}/download`, { token: person.token });
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.objectContaining({ code: 'exports.not_ready' }),
    ]);
  });

  it('are removed after seven days, by a job that administrators see', async () => {
    const person = await world.person();
    const { id, expires_at } = await world.exported(person, 'json');
    expect(Math.round((Date.parse(expires_at) - Date.now()) / 3_600_000)).toBe(7 * 24);
    await t.app.get(Postgres)
      .sql`update export_requests set expires_at = now() - interval '1 second' where id = ${id}`;
    const mine = { user_id: person.userId } as object;
    await chunksOf(t).updateMany(mine, { $set: { expires_at: new Date(0) } } as object);
    expect((await t.request('GET', `/api/v1/exports/${id}`, { token: person.token })).status).toBe(404);
    await makePeriodDue(t.app, 'exports.retention');
    await eventually(
      () => chunksOf(t).countDocuments(mine),
      (count) => count === 0,
    );
    const rows = await t.app.get(Postgres).sql`select 1 from export_requests where id = ${id}`;
    expect(rows).toHaveLength(0);
    const admin = await seedTenant(t.app, { platformRole: 'admin' });
    const jobs = (await t.request('GET', '/api/v1/admin/jobs', { token: admin.token })).body as {
      data: { name: string }[];
    };
    expect(jobs.data.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['exports.retention', 'imports.retention']),
    );
  });

  it('go with the account', async () => {
    const admin = await world.person();
    const person = await seedTenant(t.app, { orgId: admin.orgId, role: 'member' });
    await world.exported(person, 'json');
    const gone = await t.request('DELETE', `/api/v1/users/${person.userId}`, { token: admin.token });
    expect(gone.status).toBe(204);
    await eventually(
      () => chunksOf(t).countDocuments({ user_id: person.userId } as object),
      (count) => count === 0,
    );
    expect(
      await t.app.get(Postgres).sql`select 1 from export_requests where user_id = ${person.userId}`,
    ).toHaveLength(0);
  });
});
