import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventSource } from 'eventsource';
import { z } from 'zod';

import { EventStreams } from '../../../src/flows/live/event-streams.js';
import { LiveChannels } from '../../../src/flows/live/live-channels.js';
import { LiveTuning } from '../../../src/flows/live/live-tuning.js';
import { seedTenant } from '../../factories/tenant.js';
import { EventReader } from '../../support/event-reader.js';
import { eventually } from '../../support/eventually.js';
import type { PrivateStore } from '../../support/private-store.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { createAppWith, createTestApp, type TestApp } from '../../support/test-app.js';
import { startPrivateRedis } from '../../integration/cache/private-redis.js';
import { LiveLog, LiveLogModule } from './live-log.js';
import { timeLimit } from '../../support/time-limit.js';

/** So long that nothing in these tests comes by it: what comes was announced. */
const NEVER_MS = 600_000;
const DEFAULTS = { ...new LiveTuning() };

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));

describeWithPrivate('redis')('streams of server-sent events over two instances', () => {
  let redis: PrivateStore;
  let t: TestApp;
  let other: NestFastifyApplication;
  let apps: NestFastifyApplication[];
  let urls: string[];
  let logs: LiveLog[];
  let names = 0;
  beforeAll(async () => {
    redis = await startPrivateRedis('live');
    t = await createTestApp({ REDIS_URL: redis.url }, [LiveLogModule]);
    other = await createAppWith(t.stores.config, [LiveLogModule]);
    apps = [t.app, other];
    for (const app of apps) await app.listen(0, '127.0.0.1');
    urls = await Promise.all(apps.map((app) => app.getUrl()));
    logs = apps.map((app) => app.get(LiveLog, { strict: false }));
  });
  afterAll(async () => {
    await other.close();
    await t.close();
    await redis.stop();
  });
  beforeEach(() => tune({ ...DEFAULTS, pollMs: NEVER_MS, pollAloneMs: NEVER_MS }));
  afterEach(async () => {
    for (const reader of opened.splice(0)) reader.close();
    await streamsOpen(0);
  });

  const tune = (tuning: Partial<LiveTuning>): void => {
    for (const app of apps) Object.assign(app.get(LiveTuning, { strict: false }), tuning);
  };
  const newLog = (): string => `log${(names += 1)}`;
  const log = (at: 0 | 1): LiveLog => logs[at] as LiveLog;
  const opened: EventReader[] = [];
  const follow = async (
    at: 0 | 1,
    name: string,
    headers: Record<string, string> = {},
  ): Promise<EventReader> => {
    const reader = await EventReader.open(`${urls[at] ?? ''}/api/v1/trial-logs/${name}/events`, {
      authorization: `Bearer ${t.tenant.token}`,
      ...headers,
    });
    opened.push(reader);
    return reader;
  };
  const hearing = (isHearing: boolean): Promise<unknown> =>
    eventually(
      () => Promise.resolve(apps.map((app) => app.get(LiveChannels, { strict: false }).isHearing)),
      (all) => all.every((one) => one === isHearing),
    );
  const streamsOpen = (count: number): Promise<unknown> =>
    eventually(
      () => Promise.resolve(apps.map((app) => app.get(EventStreams, { strict: false }).size)),
      (sizes) => sizes.reduce((sum, size) => sum + size, 0) === count,
    );
  const newKey = async (): Promise<{ id: string; key: string }> => {
    const body = { name: 'follower', scopes: ['*'], environment: 'live' };
    const created = await t.request('POST', '/api/v1/api-keys', { body });
    return z.object({ id: z.string(), key: z.string() }).parse(created.body);
  };

  it('give what was there and what comes, on whichever instance it is written, once and in order', async () => {
    const name = newLog();
    await log(1).append(name, 0);
    const readers = [await follow(0, name), await follow(1, name)];
    await hearing(true);
    for (let seq = 1; seq < 200; seq += 1) await log(seq % 2 === 0 ? 0 : 1).append(name, seq);
    for (const reader of readers) {
      await reader.has(200);
      expect(reader.events.map(({ data }) => data)).toEqual(numbers(200));
      expect(reader.response.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      expect(reader.response.headers['x-request-id']).toBeDefined();
    }
  });

  it('go on after Last-Event-ID, on another instance too, while more is written', async () => {
    const name = newLog();
    const seen: unknown[] = [];
    const writing = (async () => {
      for (let seq = 0; seq < 300; seq += 1) await log(seq % 2 === 0 ? 0 : 1).append(name, seq);
    })();
    let lastId = '';
    for (let turn = 0; turn < 6; turn += 1) {
      const isLast = turn === 5;
      const reader = await follow(turn % 2 === 0 ? 0 : 1, name, lastId ? { 'last-event-id': lastId } : {});
      await reader.has(isLast ? 300 - seen.length : 20);
      reader.close();
      seen.push(...reader.events.map(({ data }) => data));
      lastId = reader.lastId;
    }
    await writing;
    expect(seen).toEqual(numbers(300));
    const forgotten = await follow(0, name, { 'last-event-id': 'of-another-time' });
    await forgotten.has(1);
    expect(forgotten.events[0]?.event).toBe('reset');
  });

  it('look by themselves while Redis is dead, and hear it again afterwards', async () => {
    tune({ pollAloneMs: 50, heartbeatMs: 100 });
    const name = newLog();
    const reader = await follow(0, name);
    // The other instance listens as well.
    await follow(1, newLog());
    await hearing(true);
    await log(1).append(name, 0);
    await reader.has(1);
    await redis.kill();
    for (let seq = 1; seq < 20; seq += 1) await log(1).append(name, seq);
    await reader.has(20);
    await hearing(false);
    await redis.restart();
    await hearing(true);
    tune({ pollAloneMs: NEVER_MS });
    for (let seq = 20; seq < 40; seq += 1) await log(1).append(name, seq);
    await reader.has(40);
    expect(reader.events.map(({ data }) => data)).toEqual(numbers(40));
  });

  it('look by themselves while Redis is frozen', async () => {
    tune({ pollAloneMs: 50, heartbeatMs: 100 });
    const name = newLog();
    const reader = await follow(0, name);
    await follow(1, newLog());
    await hearing(true);
    await redis.freeze();
    try {
      await log(1).append(name, 0);
      await reader.has(1);
    } finally {
      redis.thaw();
    }
  });

  it('send a comment where nothing else is sent', async () => {
    tune({ commentMs: 50 });
    const reader = await follow(0, newLog());
    await eventually(
      () => Promise.resolve(reader.comments),
      (comments) => comments >= 3,
    );
    expect(reader.events).toEqual([]);
  });

  it('end with a revoked key, before it gets anything more', async () => {
    const name = newLog();
    const { id, key } = await newKey();
    const reader = await follow(1, name, { authorization: `Bearer ${key}` });
    await log(0).append(name, 0);
    await reader.has(1);
    expect((await t.request('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204);
    await log(0).append(name, 1);
    await reader.ends();
    expect(reader.events.map(({ data }) => data)).toEqual(['0']);
  });

  it('end with an ended session, although nothing is written', async () => {
    tune({ commentMs: 50 });
    const member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    const reader = await follow(1, newLog(), { authorization: `Bearer ${member.token}` });
    await eventually(
      () => Promise.resolve(reader.comments),
      (comments) => comments >= 1,
    );
    expect((await t.request('POST', '/api/v1/auth/logout', { token: member.token })).status).toBe(204);
    await reader.ends();
  });

  it('end after the last event', async () => {
    const name = newLog();
    const reader = await follow(0, name);
    await log(0).append(name, 0, 'done', true);
    await reader.ends();
    expect(reader.events.map(({ data }) => data)).toEqual(['done']);
  });

  it('cut off a client that takes nothing, and read no more for it than fits into the buffers', async () => {
    tune({ slowMs: 300, batch: 10 });
    const name = newLog();
    const text = 'x'.repeat(65_536);
    for (let seq = 0; seq < 400; seq += 1) await log(0).append(name, seq, text);
    const reader = await follow(0, name);
    reader.response.pause();
    const before = log(0).reads;
    await streamsOpen(0);
    // 26 MB are there; what the kernel and the two buffers of the stream hold is read, and no more.
    expect(log(0).reads - before).toBeLessThan(30);
    reader.response.resume();
    await reader.ends();
    expect(reader.events.length).toBeLessThan(400);
    const rest = await follow(1, name, { 'last-event-id': reader.lastId });
    await rest.has(400 - reader.events.length);
  });

  it('are bounded for each principal', async () => {
    tune({ maxPerPrincipal: 2 });
    const name = newLog();
    const readers = [await follow(0, name), await follow(0, name)];
    const refused = await follow(0, name);
    expect([refused.status, refused.response.headers['retry-after']]).toEqual([429, '10']);
    const { key } = await newKey();
    readers.push(await follow(0, name, { authorization: `Bearer ${key}` }));
    expect(readers.map(({ status }) => status)).toEqual([200, 200, 200]);
    readers[0]?.close();
    await streamsOpen(2);
    readers.push(await follow(0, name));
    expect(readers.at(-1)?.status).toBe(200);
  });

  it('are refused like any other request, and documented', async () => {
    expect((await follow(0, 'absent')).status).toBe(404);
    expect((await follow(0, newLog(), { authorization: 'Bearer x' })).status).toBe(401);
    const head = await t.app.inject({
      method: 'HEAD',
      url: `/api/v1/trial-logs/${newLog()}/events`,
      headers: { authorization: `Bearer ${t.tenant.token}` },
    });
    expect(head.statusCode).toBe(200);
    await streamsOpen(0);
    const document = z
      .object({ paths: z.record(z.string(), z.looseObject({ get: z.looseObject({}).optional() })) })
      .parse((await t.request('GET', '/api/openapi.json')).body);
    const operation = document.paths['/api/v1/trial-logs/{key}/events']?.get;
    expect(operation?.['responses']).toMatchObject({ 200: { content: { 'text/event-stream': {} } } });
    expect(JSON.stringify(operation?.['parameters'])).toContain('last-event-id');
    expect(operation?.['responses']).not.toHaveProperty('304');
    const metrics = await t.request('GET', '/metrics');
    expect(metrics.text).toContain('triptych_event_streams 0');
  });

  it('are followed by an EventSource, which goes on by itself after its stream was ended', async () => {
    const name = newLog();
    const seen: unknown[] = [];
    const source = new EventSource(`${urls[0] ?? ''}/api/v1/trial-logs/${name}/events`, {
      fetch: (input, init) =>
        fetch(input, {
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${t.tenant.token}` },
        }),
    });
    source.addEventListener('line', ({ data }) => seen.push(JSON.parse(String(data))));
    await streamsOpen(1);
    await log(1).append(name, 0, '0', true);
    await eventually(
      () => Promise.resolve(seen.length),
      (length) => length === 1,
    );
    await log(1).append(name, 1);
    await eventually(
      () => Promise.resolve(seen.length),
      (length) => length === 2,
    );
    source.close();
    expect(seen).toEqual(['0', '1']);
  });

  it('end when their instance stops, which does not wait for their clients', async () => {
    const third = await createAppWith(t.stores.config, [LiveLogModule]);
    await third.listen(0, '127.0.0.1');
    const name = newLog();
    const reader = await EventReader.open(`${await third.getUrl()}/api/v1/trial-logs/${name}/events`, {
      authorization: `Bearer ${t.tenant.token}`,
    });
    await third.get(LiveLog, { strict: false }).append(name, 0);
    await reader.has(1);
    const startedAt = performance.now();
    await third.close();
    await reader.ends();
    expect(performance.now() - startedAt).toBeLessThan(timeLimit(6_000));
    expect(reader.events).toHaveLength(1);
  });
});
