import { setTimeout as after } from 'node:timers/promises';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import { SharedTier } from '../../src/cache/shared-tier.js';
import { Redis } from '../../src/stores/redis/redis.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { PrivateRedisCluster } from '../integration/cache/private-redis-cluster.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { createAppWith, createTestApp, request, type TestApp } from '../support/test-app.js';

const run = new FaultRun('redis-cluster');
const TENANTS = run.size(12, 60);
const ROUNDS = run.size(2, 10);
const AWAY_MS = run.size(1_500, 6_000);
const READERS = 4;
/** Before each outage, so that there are entries that could be served during it. */
const HITS_BETWEEN = run.size(50, 500);
const PAUSE_MS = 5;
const BACK_WITHIN_MS = 5_000;

const user = z.object({ avatar: z.string() });
const health = z.object({
  status: z.string(),
  checks: z.object({ redis: z.object({ status: z.string(), reason: z.string().optional() }) }),
});

let cluster: PrivateRedisCluster;
let t: TestApp;
let other: NestFastifyApplication;
let apps: NestFastifyApplication[];
let people: Person[];

/** A user of an organisation. `version`: written last. `acknowledged`: of the answered writes. */
interface Person {
  tenant: Tenant;
  version: number;
  acknowledged: number;
}

beforeAll(async () => {
  cluster = await PrivateRedisCluster.start('redis-cluster-faults');
  t = await createTestApp({ REDIS_URL: cluster.url });
  other = await createAppWith(t.stores.config, []);
  apps = [t.app, other];
  const tenants = await Promise.all(Array.from({ length: TENANTS }, () => seedTenant(t.app)));
  people = tenants.map((tenant) => ({ tenant, version: 0, acknowledged: 0 }));
  for (const person of people) await write(person, t.app);
  await trusted();
});

afterAll(async () => {
  await other.close();
  await t.close();
  await cluster.stop();
});

const trusted = (): Promise<unknown> =>
  eventually(
    async () => apps.map((app) => app.get(SharedTier).isTrusted),
    (all) => all.every(Boolean),
  );

const pathOf = ({ tenant }: Person): string => `/api/v1/users/${tenant.userId}`;

async function write(person: Person, app: NestFastifyApplication): Promise<number> {
  const version = (person.version += 1);
  const { status } = await request(app, 'PATCH', pathOf(person), {
    token: person.tenant.token,
    body: { avatar: `https://example.com/${version}.png` },
  });
  if (status === 200) person.acknowledged = Math.max(person.acknowledged, version);
  return status;
}

const read = (person: Person, app: NestFastifyApplication) =>
  request(app, 'GET', pathOf(person), { token: person.tenant.token });

const versionOf = (body: unknown): number => Number(/(\d+)[.]png$/.exec(user.parse(body).avatar)?.[1]);

async function healthOf(app: NestFastifyApplication) {
  const answer = await request(app, 'GET', '/health');
  expect(answer.status).toBe(200);
  return health.parse(answer.body);
}

/** Reads and writes of all organisations on both instances until told to stop. */
class Load {
  reads = 0;
  hits = 0;
  stale = 0;
  writes = 0;
  failed = 0;
  private isOver = false;

  async run(): Promise<void> {
    const readers = Array.from({ length: READERS }, () =>
      this.repeat((person, app) => this.readOnce(person, app)),
    );
    await Promise.all([...readers, this.repeat((person, app) => this.writeOnce(person, app))]);
  }

  stop(): void {
    this.isOver = true;
  }

  private async repeat(work: (person: Person, app: NestFastifyApplication) => Promise<void>): Promise<void> {
    while (!this.isOver) {
      const person = people[run.between(0, people.length - 1)];
      const app = apps[run.between(0, 1)];
      if (person && app) await work(person, app);
      await after(PAUSE_MS);
    }
  }

  private async readOnce(person: Person, app: NestFastifyApplication): Promise<void> {
    const { acknowledged } = person;
    const { status, headers, body } = await read(person, app);
    this.reads += 1;
    if (headers['cache-status']?.includes('; hit')) this.hits += 1;
    if (status !== 200) this.failed += 1;
    else if (versionOf(body) < acknowledged) this.stale += 1;
  }

  /** One writer only, so that the versions of a person are stored in their order. */
  private async writeOnce(person: Person, app: NestFastifyApplication): Promise<void> {
    this.writes += 1;
    if ((await write(person, app)) !== 200) this.failed += 1;
  }
}

describeWithPrivate('redis')(
  'two applications on a Redis Cluster of which one master dies again and again',
  () => {
    it('answer every request with what was written last, and hit again afterwards', async () => {
      const load = new Load();
      const running = load.run();
      const backAfter: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const { hits } = load;
        await eventually(
          () => Promise.resolve(load.hits),
          (now) => now >= hits + HITS_BETWEEN,
        );
        const { store } = cluster.node(run.between(0, 2));
        const isFrozen = round % 2 === 1;
        await (isFrozen ? store.freeze() : store.kill());
        const degraded = await eventually(
          () => healthOf(t.app),
          ({ status }) => status !== 'healthy',
        );
        expect(degraded).toMatchObject({ status: 'degraded', checks: { redis: { status: 'up' } } });
        expect(degraded.checks.redis.reason).toContain('of its cluster');
        await after(AWAY_MS);
        if (isFrozen) store.thaw();
        else await store.restart();
        await cluster.complete();
        const completeAt = performance.now();
        for (const app of apps)
          await eventually(
            () => healthOf(app),
            ({ status }) => status === 'healthy',
            BACK_WITHIN_MS,
          );
        backAfter.push(performance.now() - completeAt);
        await trusted();
      }
      load.stop();
      await running;
      run.report(
        `${ROUNDS} outages of one of three masters, ${TENANTS} organisations: ${load.reads} reads (${load.hits} hits), ` +
          `${load.writes} writes, ${load.failed} failed, ${load.stale} stale; healthy again after at most ${Math.max(...backAfter).toFixed(0)} ms`,
      );
      expect({ failed: load.failed, stale: load.stale }).toEqual({ failed: 0, stale: 0 });
      for (const person of people) {
        for (const app of apps) {
          expect(versionOf((await read(person, app)).body)).toBe(person.version);
          await eventually(
            () => read(person, app),
            ({ headers }) => headers['cache-status']?.includes('; hit') ?? false,
          );
        }
      }
      const pending = apps.map((app) => app.get(SharedTier).pending);
      expect(pending).toEqual(apps.map(() => ({ tags: 0, organizations: 0, everything: false })));
      expect(apps.map((app) => app.get(Redis).gap)).toEqual([null, null]);
    });
  },
);
