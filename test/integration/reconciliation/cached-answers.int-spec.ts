import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { tags } from '../../../src/cache/tags.js';
import { etagOf } from '../../../src/common/http/etag.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { eventually } from '../../support/eventually.js';
import { ReconciledService, total } from './reconciled-service.js';

describe('cached answers', () => {
  let service: ReconciledService;
  let user: { id: string; email: string };
  beforeAll(async () => {
    service = await ReconciledService.start();
    user = await service.createUser();
    await service.settled();
  });
  afterAll(() => service.close());

  const only = { only: ['cache'] };
  const get = (path: string, headers = {}) => service.t.request('GET', path, { headers });
  const isHit = async (path: string): Promise<boolean> =>
    (await get(path)).headers['cache-status']?.includes('hit') ?? false;
  const withBody = async (text: string): Promise<string[]> => {
    const redis = service.t.app.get(Redis);
    const keys = await service.cacheKeys();
    const values = await Promise.all(keys.map((key) => redis.run((client) => client.get(key), 2_000)));
    return keys.filter((_, index) => values[index]?.includes(text));
  };

  it('of every kind of route are compared with what the route answers now', async () => {
    const key = await service.t.request('POST', '/api/v1/api-keys', {
      body: { name: 'reader', environment: 'test', scopes: ['users:read'] },
    });
    expect(key.status).toBe(201);
    await service.post({ event_type: 'visit', user_id: user.id });
    const asKey = { token: null, headers: { 'x-api-key': (key.body as { key: string }).key } };
    const paths = [
      ...[
        '/api/v1/users',
        '/api/v1/users?limit=1',
        `/api/v1/users?q=${user.email.slice(0, 8)}&limit=200`,
        `/api/v1/users/${user.id}`,
      ],
      ...[
        '/api/v1/users/01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
        '/api/v1/profile',
        '/api/v1/api-keys',
        '/api/v1/activity',
      ],
      ...['/api/v1/activity?from=2020-01-01T00:00:00Z&event_type=user.created'],
    ];
    for (const path of paths) expect([200, 404]).toContain((await get(path)).status);
    const page = (await get('/api/v1/users?limit=1')).body as { page: { next_cursor: string } };
    expect((await get(`/api/v1/users?limit=1&cursor=${page.page.next_cursor}`)).status).toBe(200);
    expect((await service.t.request('GET', `/api/v1/users/${user.id}`, asKey)).status).toBe(200);
    const report = await service.verify(only);
    // Each of these answers, two principals and an address; some of them twice, as the key's and the owner's.
    expect(report.checks[0]?.compared).toBeGreaterThanOrEqual(12);
    expect(report).toMatchObject({ ok: true, details: [] });
  });

  it('are found where the record was changed past the service, and not given any more', async () => {
    const path = `/api/v1/users/${user.id}`;
    await eventually(() => isHit(path), Boolean);
    await service.sql`update users set avatar = 'https://example.com/past.png' where id = ${user.id}`;
    expect(await isHit(path)).toBe(true);
    const report = await service.verify({ ...only, isRepair: true });
    expect(report.ok).toBe(true);
    expect(total(report)).toBeGreaterThan(0);
    expect(await isHit(path)).toBe(false);
    expect((await get(path)).body).toMatchObject({ avatar: 'https://example.com/past.png' });
  });

  it('are not reported while a writer is about to replace their tags', async () => {
    const path = `/api/v1/users/${user.id}`;
    const spoil = async (avatar: string) => {
      // A Redis that is slow on a busy machine keeps nothing.
      await eventually(() => isHit(path), Boolean);
      await service.sql`update users set avatar = ${avatar} where id = ${user.id}`;
    };
    await spoil('https://example.com/one.png');
    const verifying = service.verify(only);
    await pause(250);
    await service.t.app.get(TaggedCache).invalidate([tags.organization(service.t.tenant.orgId)]);
    expect((await verifying).details).toEqual([]);
    await spoil('https://example.com/two.png');
    await service.sql`
      insert into outbox_queue (event_id, aggregate, available_at)
      select id, 'user:x', now() + interval '1 hour' from outbox_events order by id limit 1`;
    expect((await service.verify(only)).details).toEqual([]);
    await service.sql`delete from outbox_queue`;
    expect((await service.verify(only)).details.length).toBeGreaterThan(0);
    expect(await service.verify({ ...only, isRepair: true })).toMatchObject({ ok: true });
  });

  it('are found with a body that was replaced together with its ETag', async () => {
    const path = '/api/v1/profile';
    await get(path);
    const redis = service.t.app.get(Redis);
    const [key = ''] = await withBody('"slug"');
    const bytes = Buffer.from((await redis.run((client) => client.get(key), 2_000)) ?? '');
    const end = 4 + bytes.readUInt32BE(0);
    const body = bytes.subarray(end).toString().replace('"role":"user"', '"role":"admin"');
    const header = JSON.parse(bytes.subarray(4, end).toString()) as unknown[];
    header[8] = { ...(header[8] as object), etag: etagOf(body) };
    const text = JSON.stringify(header);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    const forged = Buffer.concat([length, Buffer.from(text), Buffer.from(body)]);
    await redis.run((client) => client.set(key, forged, { KEEPTTL: true }), 2_000);
    const report = await service.verify({ ...only, isRepair: true });
    expect(report.details).toMatchObject([
      { kind: 'different', detail: 'body, etag', record: `redis/${key}` },
    ]);
    expect(report.ok).toBe(true);
  });

  it('are found where somebody is said to be more than they are', async () => {
    await get('/api/v1/profile');
    const [key = ''] = await withBody('"platformRole":"user"');
    await service.tamper(key, (body) => body.replace('"platformRole":"user"', '"platformRole":"admin"'));
    const report = await service.verify({ ...only, isRepair: true });
    expect(report).toMatchObject({ ok: true, details: [{ kind: 'different', detail: 'body' }] });
    expect(await service.verify(only)).toMatchObject({ ok: true });
  });

  it('hold no hash of a credential', async () => {
    await get('/api/v1/profile');
    const [row] = await service.sql<{ token_hash: string }[]>`
      select token_hash from sessions where user_id = ${service.t.tenant.userId}`;
    expect(row?.token_hash).toHaveLength(64);
    expect(await withBody(row?.token_hash ?? '')).toEqual([]);
  });

  it('that follow from a record that differs are not counted beside it', async () => {
    const path = '/api/v1/activity?event_type=user.created';
    await get(path);
    await service
      .collection('activity_logs')
      .updateOne({ event_type: 'user.created' }, { $set: { payload: { altered: 1 } } });
    const alone = [{ check: 'outbox-activity', detail: 'payload' }];
    const report = await service.verify();
    expect(report.details).toHaveLength(1);
    expect(report).toMatchObject({ ok: false, details: alone });
    const repaired = await service.verify({ isRepair: true });
    expect(repaired).toMatchObject({ ok: true, details: [{ check: 'outbox-activity', detail: 'payload' }] });
    expect(await isHit(path)).toBe(false);
  });
});
