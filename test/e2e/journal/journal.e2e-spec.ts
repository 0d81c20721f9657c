import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedKey } from '../../factories/api-key.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { pageShape, problemShape } from '../../support/shapes.js';
import { createTestApp, type RequestOptions, type TestApp } from '../../support/test-app.js';
import { TravellingClock } from '../../support/travelling-clock.js';

const entryShape = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  content: z.string(),
  entry_type: z.string(),
  entry_date: z.string(),
  tag_ids: z.array(z.string()),
  photos: z.array(z.unknown()),
  voice_notes: z.array(z.unknown()),
  prompt_responses: z.array(z.unknown()),
  is_favorite: z.boolean(),
  mood_id: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
const listShape = pageShape(entryShape);
const ENTRIES = '/api/v1/journal/entries';

describe('the journal', () => {
  let t: TestApp;
  let clock: TravellingClock;
  let me: Tenant;
  beforeAll(async () => {
    t = await createTestApp();
    clock = new TravellingClock(t.app);
  });
  beforeEach(async () => {
    clock.back();
    me = await seedTenant(t.app);
  });
  afterAll(() => t.close());

  const as = (who: Tenant, method: string, path: string, options: RequestOptions = {}) =>
    t.request(method, path, { token: who.token, ...options });
  const ask = (method: string, path: string, options: RequestOptions = {}) => as(me, method, path, options);
  const write = async (body: object) => entryShape.parse((await ask('POST', ENTRIES, { body })).body);
  const list = async (query: string) => listShape.parse((await ask('GET', `${ENTRIES}?${query}`)).body);
  const titles = async (query: string) => (await list(query)).data.map(({ title }) => title);
  const total = async () =>
    z.object({ total_entries: z.number() }).parse((await ask('GET', '/api/v1/profile')).body);
  const aTag = async () =>
    z.object({ id: z.string() }).parse((await ask('POST', '/api/v1/tags', { body: { name: newId() } })).body)
      .id;
  const aMood = async () => {
    const made = async (path: string, body: object) =>
      z.object({ id: z.string() }).parse((await ask('POST', path, { body })).body).id;
    const category_id = await made('/api/v1/mood-categories', { name: newId() });
    return made('/api/v1/moods', { category_id, intensity: 8, factors: [] });
  };
  const aPrompt = async () => {
    const id = newId();
    await t.app.get(Postgres)
      .sql`insert into prompts (id, text, is_active) values (${id}, 'What was good?', true)`;
    return id;
  };

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
    clock.travelTo('2026-11-27T18:00:00Z');
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
    const other = await seedTenant(t.app);
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
    const left = await t.app.get(Mongo).collection('journal_entries').countDocuments({ _id: id });
    expect(left).toBe(0);
  });

  it('allows exactly what the plan allows', async () => {
    const { sql } = t.app.get(Postgres);
    await sql`insert into entry_counts (organization_id, user_id, total_entries) values (${me.orgId}, ${me.userId}, 97)`;
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
    const kept = await t.app.get(Postgres).sql<{ body: string }[]>`
      select body from idempotency_keys where organization_id = ${me.orgId}`;
    expect(kept.map(({ body }) => Object.keys(JSON.parse(body) as object))).toEqual([['id']]);
  });

  it('is read by its person alone: not by others of the organisation, nor by a key that does not name it', async () => {
    const { id } = await write({ title: 'Mine' });
    const admin = await seedTenant(t.app, { orgId: me.orgId, role: 'owner' });
    expect((await as(admin, 'GET', `${ENTRIES}/${id}`)).status).toBe(404);
    expect((await as(admin, 'PATCH', `${ENTRIES}/${id}`, { body: { title: 'x' } })).status).toBe(404);
    expect((await as(admin, 'DELETE', `${ENTRIES}/${id}`)).status).toBe(404);
    expect(listShape.parse((await as(admin, 'GET', ENTRIES)).body).data).toEqual([]);
    const status = async (scopes: string[], who = me) =>
      (await t.request('GET', `${ENTRIES}/${id}`, { token: await seedKey(t.app, who, scopes) })).status;
    expect(await status(['journal:read'])).toBe(200);
    expect(await status(['*'])).toBe(403);
    expect(await status(['journal:read'], admin)).toBe(404);
    const events = await ask('GET', `/api/v1/activity?resource_type=journal_entry`);
    expect(JSON.stringify(events.body)).not.toMatch(/Mine|e1\./);
  });

  it('filters, and walks newest date first over pages', async () => {
    const tag = await aTag();
    for (let day = 1; day <= 9; day += 1)
      await write({
        ...{ title: `D${day}`, entry_date: `2026-03-0${day}`, is_favorite: day % 2 === 0 },
        ...{ entry_type: day > 6 ? 'voice' : 'text', tag_ids: day % 3 === 0 ? [tag] : [] },
      });
    await write({ title: 'E9', entry_date: '2026-03-09' });
    const names = async (query: string) => (await titles(query)).join(' ');
    expect(await names('')).toBe('E9 D9 D8 D7 D6 D5 D4 D3 D2 D1');
    expect(await names('date_from=2026-03-03&date_to=2026-03-05')).toBe('D5 D4 D3');
    expect(await names('is_favorite=true')).toBe('D8 D6 D4 D2');
    expect(await names('is_favorite=false&entry_type=voice')).toBe('D9 D7');
    expect(await names(`tag_id=${tag}`)).toBe('D9 D6 D3');
    for (const limit of [1, 3, 10]) {
      const walked: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { data, page }: z.infer<typeof listShape> = await list(
          `limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        walked.push(...data.map(({ title }) => title));
        cursor = page.next_cursor;
      }
      expect(walked.join(' ')).toBe('E9 D9 D8 D7 D6 D5 D4 D3 D2 D1');
    }
    expect((await ask('DELETE', `/api/v1/tags/${tag}`)).status).toBe(204);
    expect(await names(`tag_id=${tag}`)).toBe('');
    expect((await list('entry_type=voice')).data.map(({ tag_ids }) => tag_ids)).toEqual([[], [], []]);
  });

  it('searches words, beginnings and phrases, newest first, over pages', async () => {
    const texts = [
      'A quiet morning by the sea',
      'Morning coffee, quiet',
      'Evening: the SEA again',
      'Übermorgen am Meer',
    ];
    for (const [at, content] of texts.entries())
      await write({ title: `T${at}`, content, entry_date: `2026-01-0${at + 1}` });
    const names = async (q: string) => (await titles(`q=${encodeURIComponent(q)}`)).join(' ');
    expect(await names('quiet')).toBe('T1 T0');
    expect(await names('mor')).toBe('T1 T0');
    expect(await names('MORNING quiet')).toBe('T1 T0');
    expect(await names('sea')).toBe('T2 T0');
    expect(await names('ubermorgen')).toBe('T3');
    expect(await names('"quiet morning"')).toBe('T0');
    expect(await names('"morning coffee" quiet')).toBe('T1');
    expect(await names('orning')).toBe('');
    expect(await names('t0')).toBe('T0');
    const first = await list('q=mor&limit=1');
    const second = await list(`q=mor&limit=1&cursor=${first.page.next_cursor}`);
    expect([first, second].map(({ data }) => data[0]?.title)).toEqual(['T1', 'T0']);
    expect(second.page.next_cursor).toBeNull();
    const phrase = await list('q=%22the%20sea%22&limit=1');
    const next = await list(`q=%22the%20sea%22&limit=1&cursor=${phrase.page.next_cursor}`);
    expect([phrase, next].map(({ data }) => data[0]?.title)).toEqual(['T2', 'T0']);
  });

  it('remembers this day of earlier years', async () => {
    clock.travelTo('2026-02-28T12:00:00Z');
    for (const date of ['2024-02-29', '2024-02-28', '2025-02-28', '2026-02-28', '2025-03-01'])
      await write({ title: date, entry_date: date });
    expect(await titles('on_this_day=02-28')).toEqual(['2025-02-28', '2024-02-29', '2024-02-28']);
    expect(await titles('on_this_day=02-29')).toEqual(['2024-02-29']);
    expect(await titles('on_this_day=03-01&date_to=2025-02-28')).toEqual([]);
  });

  it('counts days in a row', async () => {
    clock.travelTo('2026-03-02T12:00:00Z');
    for (const date of ['2026-02-28', '2026-03-01', '2026-03-01', '2025-01-01', '2025-01-02', '2025-01-03'])
      await write({ title: date, entry_date: date });
    expect((await ask('GET', '/api/v1/journal/streaks')).body).toEqual({ current_days: 2, longest_days: 3 });
  });

  it('goes with the account, whose key is destroyed', async () => {
    const member = await seedTenant(t.app, { orgId: me.orgId, role: 'member' });
    const { id } = entryShape.parse((await as(member, 'POST', ENTRIES, { body: { title: 'Gone' } })).body);
    expect((await ask('DELETE', `/api/v1/users/${member.userId}`)).status).toBe(204);
    const { sql } = t.app.get(Postgres);
    expect(await sql`select 1 from data_keys where user_id = ${member.userId}`).toHaveLength(0);
    expect(await sql`select 1 from entry_reservations where id = ${id}`).toHaveLength(0);
    expect(await t.app.get(Mongo).collection('journal_entries').countDocuments({ _id: id })).toBe(0);
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
});
