import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';

import { createApp } from '../../../src/app.setup.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Config } from '../../../src/config/config.js';
import { Reconciliation } from '../../../src/flows/reconciliation/reconciliation.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { ApiProcess } from '../../support/api-process.js';
import { outboxDrained } from '../../support/drained-stores.js';
import { eventually } from '../../support/eventually.js';
import { storedBytes, tracesOf } from '../../support/stored-bytes.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

const ENTRIES = '/api/v1/journal/entries';
const CHECKS = ['journal-counts', 'journal-entries', 'journal-tags', 'journal-contents'];
const withId = z.object({ id: z.string() });
const listed = z.object({ data: z.array(z.object({ id: z.string(), title: z.string() })) });

/** Words that stand nowhere but in what is written, each of eight characters or more. */
const SECRETS = [
  ...[
    'zarquonite',
    'blimfrandel',
    'quorvexia',
    'tredlomina',
    'yaxbringle',
    'wovquastic',
    'fjordnymphe',
    'glavorskin',
  ],
];
const [
  TITLE = '',
  CONTENT = '',
  CAPTION = '',
  RESPONSE = '',
  LATER = '',
  AWAY = '',
  REFUSED = '',
  FILE = '',
] = SECRETS;

/** The service as a process of its own, whose log is a file, and whose MongoDB can be cut off. */
describe('the journal at rest', () => {
  let stores: TestStores;
  let way: TcpProxy;
  let api: ApiProcess;
  let app: NestFastifyApplication;
  let me: Tenant;
  const folder = mkdtempSync(path.join(tmpdir(), 'triptych-journal-'));
  const logFile = path.join(folder, 'log');

  beforeAll(async () => {
    stores = await createTestStores();
    way = await TcpProxy.start(stores.config.mongo.uri);
    app = await createApp(new Config({ ...stores.config, processRole: 'api' }));
    me = await seedTenant(app);
    const env = { ...stores.env, MONGODB_URI: way.url, LOG_LEVEL: 'trace' };
    const log = openSync(logFile, 'w');
    api = await ApiProcess.start(env, log);
    closeSync(log);
  });
  afterAll(async () => {
    await api.stop();
    await app.close();
    await way.close();
    await stores.drop();
    rmSync(folder, { recursive: true });
  });

  const ask = (method: string, route: string, body?: unknown, headers: Record<string, string> = {}) =>
    api.request(method, route, { token: me.token, headers, ...(body === undefined ? {} : { body }) });
  const make = async (route: string, body: unknown) => withId.parse((await ask('POST', route, body)).body).id;
  const totalEntries = async () =>
    z.object({ total_entries: z.number() }).parse((await ask('GET', '/api/v1/profile')).body).total_entries;
  const nowhere = async () => {
    const traces = tracesOf(SECRETS, [
      ...(await storedBytes(stores)),
      { where: 'log', bytes: readFileSync(logFile) },
    ]);
    expect(traces).toEqual([]);
  };

  it('leaves nothing of what is written in any store, queue or log, in whatever form', async () => {
    const promptId = newId();
    await app.get(Postgres)
      .sql`insert into prompts (id, text, is_active) values (${promptId}, 'What?', true)`;
    const body = {
      title: `The ${TITLE}`,
      content: `${CONTENT} `.repeat(200),
      photos: [{ image_url: `/media/${FILE}.jpg`, caption: CAPTION }],
      prompt_responses: [{ prompt_id: promptId, response: RESPONSE }],
    };
    const key = { 'idempotency-key': newId() };
    const made = await ask('POST', ENTRIES, body, key);
    expect(made.status).toBe(201);
    expect((await ask('POST', ENTRIES, body, key)).body).toEqual(made.body);
    const { id } = withId.parse(made.body);
    expect((await ask('PATCH', `${ENTRIES}/${id}`, { content: LATER })).status).toBe(200);
    for (const q of [TITLE, LATER.slice(0, 9), `"${CAPTION}"`])
      expect(
        listed.parse((await ask('GET', `${ENTRIES}?q=${encodeURIComponent(q)}`)).body).data,
      ).toHaveLength(1);
    expect((await ask('GET', `${ENTRIES}/${id}`)).status).toBe(200);
    expect((await ask('POST', ENTRIES, { title: REFUSED, tag_ids: [REFUSED] })).status).toBe(422);
    expect((await ask('POST', ENTRIES, { [REFUSED]: REFUSED })).status).toBe(422);
    expect((await ask('PATCH', `${ENTRIES}/${id}`, { title: REFUSED, tag_ids: [newId()] })).status).toBe(422);
    await nowhere();
    // The search itself can find: the title of an activity entry is no secret.
    expect(tracesOf(['journal_entry.created'], await storedBytes(stores))).not.toEqual([]);
  });

  it('takes entries while MongoDB is away, encrypted, and has each of them once', async () => {
    way.cut();
    await eventually(
      () => ask('GET', ENTRIES),
      ({ status }) => status === 503,
    );
    const key = { 'idempotency-key': newId() };
    const first = await ask('POST', ENTRIES, { title: `Meanwhile ${AWAY}` }, key);
    expect([first.status, first.headers.get('location')]).toEqual([
      202,
      `${ENTRIES}/${withId.parse(first.body).id}`,
    ]);
    const again = await ask('POST', ENTRIES, { title: `Meanwhile ${AWAY}` }, key);
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect((await ask('POST', ENTRIES, { title: 'And another' })).status).toBe(202);
    const gone = await seedTenant(app, { orgId: me.orgId, role: 'member' });
    const theirs = await api.request('POST', ENTRIES, { token: gone.token, body: { title: 'Soon gone' } });
    expect(theirs.status).toBe(202);
    expect((await ask('DELETE', `/api/v1/users/${gone.userId}`)).status).toBe(204);
    const waiting = await app.get(Postgres).sql<{ content: { title: string } | null }[]>`
      select content from outbox_events where type = 'journal_entry.created' and content is not null`;
    expect(waiting.map(({ content }) => content?.title.slice(0, 3))).toEqual(['e1.', 'e1.', 'e1.']);
    await nowhere();
    const total = await totalEntries();
    way.heal();
    await outboxDrained(stores.config.postgres.url, 30_000);
    const { data } = listed.parse((await ask('GET', ENTRIES)).body);
    expect(data).toHaveLength(total);
    expect(data.filter(({ title }) => title === `Meanwhile ${AWAY}`)).toHaveLength(1);
    const ofGone = { user_id: gone.userId } as object;
    expect(await app.get(Mongo).collection('journal_entries').countDocuments(ofGone)).toBe(0);
    const kept = await app.get(Postgres).sql`select 1 from outbox_events where content is not null`;
    expect(kept).toHaveLength(0);
    await nowhere();
  });

  it('is compared by db:verify: places, tags, words and what was moved elsewhere', async () => {
    const verify = (isRepair: boolean) =>
      app.get(Reconciliation).verify({ only: CHECKS, isRepair, detailLimit: 100 });
    await outboxDrained(stores.config.postgres.url, 30_000);
    expect((await verify(false)).details).toEqual([]);
    const tag = await make('/api/v1/tags', { name: 'Travel' });
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await make(ENTRIES, { title: `Entry ${n}`, tag_ids: [tag] }));
    const [lost, unplaced, tagged, retold, moved, from, fine] = ids as [string, ...string[]];
    expect(fine).toBeDefined();
    const total = await totalEntries();
    const { sql } = app.get(Postgres);
    const entries = app.get(Mongo).collection<{ _id: string; title?: string }>('journal_entries');
    await entries.deleteOne({ _id: lost });
    await sql`delete from entry_reservations where id = ${unplaced ?? ''}`;
    await entries.updateOne({ _id: tagged ?? '' }, { $set: { tag_ids: [tag, newId()] } } as object);
    await entries.updateOne({ _id: retold ?? '' }, { $set: { tokens: ['x'] } } as object);
    const other = await entries.findOne({ _id: from ?? '' });
    await entries.updateOne({ _id: moved ?? '' }, { $set: { title: other?.title ?? '' } });
    await sql`update entry_counts set total_entries = total_entries + 5 where user_id = ${me.userId}`;
    const found = await verify(true);
    expect(found.details.map(({ check, kind, record }) => [check, kind, record]).toSorted()).toEqual(
      [
        ['journal-counts', 'different', `entry_counts/${me.orgId}/${me.userId}`],
        ['journal-entries', 'missing', `journal_entries/${lost}`],
        ['journal-entries', 'extra', `journal_entries/${unplaced}`],
        ['journal-tags', 'different', `journal_entries/${tagged}`],
        ['journal-contents', 'different', `journal_entries/${retold}`],
        ['journal-contents', 'different', `journal_entries/${moved}`],
      ].toSorted(),
    );
    expect(found.remaining).toBe(1);
    expect((await ask('GET', `${ENTRIES}/${moved}`)).body).toMatchObject({
      code: 'encryption.undecryptable',
      status: 500,
    });
    await outboxDrained(stores.config.postgres.url, 30_000);
    expect((await verify(false)).details.map(({ record }) => record)).toEqual([`journal_entries/${moved}`]);
    const [row] = await sql<{ total_entries: number }[]>`
      select total_entries from entry_counts where user_id = ${me.userId}`;
    expect(row?.total_entries).toBe(total - 1);
    expect((await ask('DELETE', `${ENTRIES}/${moved}`)).status).toBe(204);
    expect(listed.parse((await ask('GET', `${ENTRIES}?q=entry`)).body).data).toHaveLength(5);
  });
});
