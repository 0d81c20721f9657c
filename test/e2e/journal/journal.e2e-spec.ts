import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { EntryDeletions } from '../../../src/modules/journal/entry-deletions.job.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedKey } from '../../factories/api-key.js';
import { seedTenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { problemShape } from '../../support/shapes.js';
import { ENTRIES, entryShape, JournalWorld, listShape } from './journal-world.js';

describe('the journal', () => {
  const world = new JournalWorld();
  const { ask, as, write, list, titles, total, aTag, aMood, aPrompt } = world;
  beforeAll(() => world.start());
  beforeEach(() => world.newPerson());
  afterAll(() => world.close());

  it('keeps everything that is written, as it was written', async () => {
    const [tag, prompt, mood] = [await aTag(), await aPrompt(), await aMood()];
    const body = {
      title: 'My Day 🌅',
      content: 'Today was amazing!\n\n„Größe“ \u200d ﷽ and \\ "quotes"',
      entry_type: 'photo',
      entry_date: '2024-02-29',
      tag_ids: [tag],
      photos: [{ image_url: '/media/photo.jpg', caption: 'Sunset' }],
      voice_notes: [{ audio_url: 'https://example.com/a.mp3', duration_seconds: 12.5 }],
      prompt_responses: [{ prompt_id: prompt, response: 'The sea' }],
      is_favorite: true,
      mood_id: mood,
    };
    const answer = await ask('POST', ENTRIES, { body });
    expect(answer.status).toBe(201);
    const made = entryShape.parse(answer.body);
    expect(made).toMatchObject(body);
    expect(answer.headers['location']).toBe(`${ENTRIES}/${made.id}`);
    const found = await ask('GET', `${ENTRIES}/${made.id}`);
    expect(found.body).toEqual(made);
    expect(found.headers['etag']).toMatch(/^"/);
    expect((await list('')).data).toEqual([made]);
    expect(await total()).toEqual({ total_entries: 1 });
  });

  it('dates an entry by the day of its person, and no zone moves it', async () => {
    await ask('PATCH', '/api/v1/profile', { body: { time_zone: 'Pacific/Kiritimati' } });
    world.clock.travelTo('2026-11-27T18:00:00Z');
    const entry = await write({ title: 'Tomorrow already' });
    expect(entry.entry_date).toBe('2026-11-28');
    expect(entry.created_at).toBe('2026-11-27T18:00:00.000Z');
    await ask('PATCH', '/api/v1/profile', { body: { time_zone: 'America/Los_Angeles' } });
    expect((await list('')).data[0]?.entry_date).toBe('2026-11-28');
    expect((await write({ title: 'Still the day before' })).entry_date).toBe('2026-11-27');
  });

  it('refuses what it cannot keep, by its path', async () => {
    const faults = async (body: unknown) => {
      const answer = await ask('POST', ENTRIES, { body });
      return [answer.status, problemShape.parse(answer.body).errors.map(({ path }) => path)];
    };
    const other = await seedTenant(world.t.app);
    const foreign = z
      .object({ id: z.string() })
      .parse((await as(other, 'POST', '/api/v1/tags', { body: { name: 'theirs' } })).body).id;
    expect(await faults({})).toEqual([422, ['content']]);
    expect(await faults({ title: ' ' })).toEqual([422, ['content']]);
    expect(await faults({ title: 'x', mood: 1 })).toEqual([422, ['mood']]);
    expect(await faults({ title: 'x', entry_date: '2026-02-30' })).toEqual([422, ['entry_date']]);
    expect(await faults({ title: 'x', entry_type: 'film' })).toEqual([422, ['entry_type']]);
    expect(await faults({ title: '\ud800' })).toEqual([422, ['title']]);
    expect(await faults({ title: 'x', tag_ids: [await aTag(), foreign, newId()] })).toEqual([
      422,
      ['tag_ids.1', 'tag_ids.2'],
    ]);
    expect(await faults({ prompt_responses: [{ prompt_id: newId(), response: 'x' }] })).toEqual([
      422,
      ['prompt_responses.0.prompt_id'],
    ]);
    expect(await faults({ title: 'x', mood_id: newId() })).toEqual([422, ['mood_id']]);
    expect(await faults({ photos: [{ image_url: 'javascript:alert(1)', caption: 'x' }] })).toEqual([
      422,
      ['photos.0.image_url'],
    ]);
    for (const query of [
      'q=%20',
      'on_this_day=02-30',
      'is_favorite=yes',
      'date_from=x',
      'tag_id=1',
      'unknown=1',
    ])
      expect([query, (await ask('GET', `${ENTRIES}?${query}`)).status]).toEqual([query, 400]);
    expect(await total()).toEqual({ total_entries: 0 });
  });

  it('changes an entry by a merge patch, and only as the version that was read', async () => {
    const { id } = await write({ title: 'One', content: 'a first text', is_favorite: true });
    const path = `${ENTRIES}/${id}`;
    const etag = (await ask('GET', path)).headers['etag'] ?? '';
    const changed = await ask('PATCH', path, {
      body: { title: 'Two', content: null, photos: [{ image_url: '/a.png', caption: 'A lighthouse' }] },
      headers: { 'if-match': etag, 'content-type': 'application/merge-patch+json' },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ title: 'Two', content: '', is_favorite: true });
    expect((await ask('PATCH', path, { body: { title: 'x' }, headers: { 'if-match': etag } })).status).toBe(
      412,
    );
    expect((await ask('DELETE', path, { headers: { 'if-match': etag } })).status).toBe(412);
    expect(await titles('q=lighthouse')).toEqual(['Two']);
    expect(await titles('q=first')).toEqual([]);
    expect((await ask('PATCH', path, { body: { title: null, photos: null } })).status).toBe(422);
    const same = await ask('PATCH', path, { body: { title: 'Two' } });
    expect(same.headers['etag'] ?? same.body).toEqual(changed.headers['etag'] ?? changed.body);
    const moved = await ask('PATCH', path, { body: { entry_date: '2020-02-29' } });
    expect(moved.body).toMatchObject({ entry_date: '2020-02-29' });
    expect(await titles('on_this_day=02-28')).toEqual(['Two']);
  });

  it('lets one of many writers with the same ETag win', async () => {
    const { id } = await write({ title: 'One' });
    const path = `${ENTRIES}/${id}`;
    const etag = (await ask('GET', path)).headers['etag'] ?? '';
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        ask('PATCH', path, { body: { title: `W${at}` }, headers: { 'if-match': etag } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(15).fill(412)]);
  });

  it('deletes once, and gives the place back once', async () => {
    const { id } = await write({ title: 'One' });
    await write({ title: 'Two' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('DELETE', `${ENTRIES}/${id}`)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(11);
    expect(await total()).toEqual({ total_entries: 1 });
    expect((await ask('GET', `${ENTRIES}/${id}`)).status).toBe(404);
    expect(await titles('')).toEqual(['Two']);
    // It goes once its effects are applied.
    const entries = world.t.app.get(Mongo).collection('journal_entries');
    await eventually(
      () => entries.countDocuments({ _id: id }),
      (count) => count === 0,
    );
  });

  it('allows exactly what the plan allows', async () => {
    const { sql } = world.t.app.get(Postgres);
    await sql`insert into entry_counts (organization_id, user_id, total_entries) values (${world.me.orgId}, ${world.me.userId}, 97)`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => ask('POST', ENTRIES, { body: { title: `Entry ${at}` } })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      201,
      201,
      201,
      ...Array<number>(7).fill(403),
    ]);
    const refused = answers.find(({ status }) => status === 403);
    expect(problemShape.parse(refused?.body).code).toBe('journal.entry_limit_reached');
    expect(await total()).toEqual({ total_entries: 100 });
    expect((await list('')).data).toHaveLength(3);
    const [first] = (await list('')).data;
    await ask('DELETE', `${ENTRIES}/${first?.id}`);
    expect((await ask('POST', ENTRIES, { body: { title: 'Again' } })).status).toBe(201);
  });

  it('takes a request with an Idempotency-Key once, and answers the same without keeping what was written', async () => {
    const send = (body: object, key: string) =>
      ask('POST', ENTRIES, { body, headers: { 'idempotency-key': key } });
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send({ title: 'Only once' }, key)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length + answers.filter(({ status }) => status === 409).length).toBe(10);
    const later = await send({ title: 'Only once' }, key);
    expect([later.status, later.headers['idempotency-replayed']]).toEqual([201, 'true']);
    for (const { body } of made) expect(body).toEqual(later.body);
    expect((await send({ title: 'Another' }, key)).status).toBe(422);
    expect(await titles('')).toEqual(['Only once']);
    expect(await total()).toEqual({ total_entries: 1 });
    const kept = await world.t.app.get(Postgres).sql<{ body: string }[]>`
      select body from idempotency_keys where organization_id = ${world.me.orgId}`;
    expect(kept.map(({ body }) => Object.keys(JSON.parse(body) as object))).toEqual([['id']]);
  });

  it('is read by its person alone: not by others of the organisation, nor by a key that does not name it', async () => {
    const { id } = await write({ title: 'Mine' });
    const admin = await seedTenant(world.t.app, { orgId: world.me.orgId, role: 'owner' });
    expect((await as(admin, 'GET', `${ENTRIES}/${id}`)).status).toBe(404);
    expect((await as(admin, 'PATCH', `${ENTRIES}/${id}`, { body: { title: 'x' } })).status).toBe(404);
    expect((await as(admin, 'DELETE', `${ENTRIES}/${id}`)).status).toBe(404);
    expect(listShape.parse((await as(admin, 'GET', ENTRIES)).body).data).toEqual([]);
    const status = async (scopes: string[], who = world.me) =>
      (await world.t.request('GET', `${ENTRIES}/${id}`, { token: await seedKey(world.t.app, who, scopes) }))
        .status;
    expect(await status(['journal:read'])).toBe(200);
    expect(await status(['*'])).toBe(403);
    expect(await status(['journal:read'], admin)).toBe(404);
    const events = await ask('GET', `/api/v1/activity?resource_type=journal_entry`);
    expect(JSON.stringify(events.body)).not.toMatch(/Mine|e1\./);
  });

  it('goes with the account, whose key is destroyed', async () => {
    const member = await seedTenant(world.t.app, { orgId: world.me.orgId, role: 'member' });
    const { id } = entryShape.parse((await as(member, 'POST', ENTRIES, { body: { title: 'Gone' } })).body);
    expect((await ask('DELETE', `/api/v1/users/${member.userId}`)).status).toBe(204);
    const { sql } = world.t.app.get(Postgres);
    expect(await sql`select 1 from data_keys where user_id = ${member.userId}`).toHaveLength(0);
    expect(await sql`select 1 from entry_reservations where id = ${id}`).toHaveLength(0);
    expect(await world.t.app.get(Mongo).collection('journal_entries').countDocuments({ _id: id })).toBe(0);
  });

  it('shows one activity entry for each change', async () => {
    const { id } = await write({ title: 'One' });
    await ask('PATCH', `${ENTRIES}/${id}`, { body: { title: 'Two' } });
    await ask('DELETE', `${ENTRIES}/${id}`);
    const answer = await ask('GET', `/api/v1/activity?resource_type=journal_entry&resource_id=${id}`);
    const { data } = z
      .object({ data: z.array(z.object({ event_type: z.string(), payload: z.unknown() })) })
      .parse(answer.body);
    expect(data.map(({ event_type }) => event_type).toSorted()).toEqual([
      ...['journal_entry.created', 'journal_entry.deleted', 'journal_entry.updated'],
    ]);
    expect(data.map(({ payload }) => payload)).toEqual([{}, {}, {}]);
  });

  it('finishes a deletion that was interrupted, and gives the place back once', async () => {
    const { id } = await write({ title: 'One' });
    const entries = world.t.app.get(Mongo).collection('journal_entries');
    await entries.updateOne({ _id: id }, { $set: { deleted_at: new Date() } } as object);
    expect((await ask('GET', `${ENTRIES}/${id}`)).status).toBe(404);
    await world.t.app.get(EntryDeletions).run();
    expect(await total()).toEqual({ total_entries: 1 });
    world.clock.travelTo(new Date(Date.now() + 120_000).toISOString());
    await Promise.all([world.t.app.get(EntryDeletions).run(), world.t.app.get(EntryDeletions).run()]);
    world.clock.back();
    expect(await total()).toEqual({ total_entries: 0 });
    // It goes once its effects are applied.
    await eventually(
      () => entries.countDocuments({ _id: id }),
      (count) => count === 0,
    );
  });

  it('keeps every entry where the plan has shrunk, and takes no further one', async () => {
    await write({ title: 'One' });
    await world.t.app.get(Postgres).sql`
      update entry_counts set total_entries = 150 where user_id = ${world.me.userId}`;
    expect((await ask('POST', ENTRIES, { body: { title: 'Two' } })).status).toBe(403);
    expect(await titles('')).toEqual(['One']);
    expect(await total()).toEqual({ total_entries: 150 });
  });
});
