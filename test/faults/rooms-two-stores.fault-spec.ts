import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { Reconciler } from '../../src/flows/fallback/reconciler.js';
import { DirectMessagesCheck } from '../../src/modules/rooms/direct-messages.check.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { Chatter } from '../e2e/rooms/chat.js';
import { type PrivateChat, privateChat } from '../e2e/rooms/private-chat.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import type { PrivateStore } from '../support/private-store.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { ChatModel } from './rooms-model.js';

const run = new FaultRun('rooms-two-stores');
const SCHEDULES = run.size(3, 100);
const PHASES = run.size(4, 6);
const STEPS = 9;
const CYCLES = run.size(3, 6);
const SENDERS = run.size(10, 100);
const MESSAGES = run.size(400, 5_000);
const STATES = ['up', 'killed', 'frozen', 'slow'] as const;
type State = (typeof STATES)[number];
type Name = 'mongodb' | 'postgres';

/** One store behind its proxy. */
class Faulty {
  private state: State = 'up';

  constructor(
    private readonly store: PrivateStore,
    private readonly way: TcpProxy,
  ) {}

  async become(state: State): Promise<void> {
    if (state === this.state) return;
    if (this.state === 'killed') await this.store.restart();
    if (this.state === 'frozen') this.store.thaw();
    this.way.heal();
    this.state = state;
    if (state === 'killed') await this.store.kill();
    if (state === 'frozen') await this.store.freeze();
    if (state === 'slow') this.way.delayBy(30);
  }
}

describeWithPrivate('mongodb', 'redis')(
  'direct messages while either store is killed, frozen and slow',
  () => {
    let stores: PrivateStores;
    let t: PrivateChat;
    let faulty: Record<Name, Faulty>;
    let ways: Record<Name, TcpProxy>;

    beforeAll(async () => {
      stores = await startPrivateStores('rooms-two-stores');
      ways = {
        mongodb: await TcpProxy.start(stores.env.MONGODB_URI),
        postgres: await TcpProxy.start(stores.env.DATABASE_URL),
      };
      faulty = {
        mongodb: new Faulty(stores.mongodb, ways.mongodb),
        postgres: new Faulty(stores.postgres, ways.postgres),
      };
      const env = { ...stores.env, MONGODB_URI: ways.mongodb.url, DATABASE_URL: ways.postgres.url };
      t = await privateChat(env, 'rooms', 1);
    }, 120_000);
    afterAll(async () => {
      await heal();
      await t.close();
      await Promise.all(Object.values(ways).map((way) => way.close()));
      await stores.stop();
    });

    async function heal(): Promise<void> {
      await Promise.all(Object.values(faulty).map((one) => one.become('up')));
      await eventually(
        () => Promise.resolve([t.app.get(Mongo).liveness.isUp, t.app.get(Postgres).liveness.isUp]),
        (up) => up.every(Boolean),
        30_000,
      );
    }

    /** Known to the service before its database goes away. */
    async function twoPeople(): Promise<{ author: Chatter; reader: Chatter; room: string }> {
      const [author, reader] = [await Chatter.join(t), await Chatter.join(t)];
      const room = await author.open('direct', reader);
      await author.page(room);
      await reader.page(room);
      return { author, reader, room };
    }

    /** Every mark is worked off by the reconciler itself, and both stores have the same. */
    async function equal(): Promise<number> {
      const marks = async (): Promise<number> => {
        const [row] = await t.app.get(Postgres).sql<{ count: number }[]>`
        select count(*)::int as count from direct_messages where unsynced_since is not null`;
        const mongo = t.app.get(Mongo);
        const marked = await mongo.run('count', () =>
          mongo
            .collection<{ _id: string; unsynced_since?: Date }>('direct_messages')
            .countDocuments({ unsynced_since: { $exists: true } }),
        );
        return (row?.count ?? 0) + marked;
      };
      t.app.get(Reconciler, { strict: false }).wake();
      await eventually(marks, (count) => count === 0, 60_000);
      const check = t.app.get(DirectMessagesCheck, { strict: false });
      let compared = 0;
      for await (const batch of check.compare()) {
        compared += batch.compared;
        expect(batch.differences).toEqual([]);
      }
      return compared;
    }

    it.each(Array.from({ length: SCHEDULES }, (_, n) => n))(
      'schedule %i: nothing is lost, twice or resurrected, and both stores are equal',
      async () => {
        const { author, reader, room } = await twoPeople();
        const model = new ChatModel(run, room, author, reader);
        const schedule: string[] = [];
        for (let phase = 0; phase < PHASES; phase += 1) {
          const [mongodb = 'up', postgres = 'up'] = [STATES[run.between(0, 3)], STATES[run.between(0, 3)]];
          schedule.push(`${mongodb}/${postgres}`);
          await Promise.all([faulty.mongodb.become(mongodb), faulty.postgres.become(postgres)]);
          for (let step = 0; step < STEPS; step += 1) await model.step();
        }
        await heal();
        await eventually(
          async () => (await author.ask('GET', `/${room}`)).status,
          (status) => status === 200,
        );
        await model.finish();
        const compared = await equal();
        const { seen } = await reader.walk(room, 7);
        run.report(
          `${schedule.join(' ')}: ${model.acknowledged} acknowledged, ${model.refused} refused, ${compared} equal`,
        );
        expect(model.faultsOf(seen)).toEqual([]);
        expect(seen.map(({ id }) => id)).toEqual(
          seen
            .map(({ id }) => id)
            .toSorted()
            .toReversed(),
        );
      },
      180_000,
    );

    it(`${MESSAGES} messages over cycles of a killed MongoDB are all sent, and equal in both stores`, async () => {
      const pairs = await Promise.all(Array.from({ length: SENDERS }, () => twoPeople()));
      let sent = 0;
      let failed = 0;
      const latencies: number[] = [];
      let isDone = false;
      const send = async ({ author, room }: (typeof pairs)[number], share: number): Promise<void> => {
        for (let n = 0; n < share; n += 1) {
          const from = performance.now();
          const answer = await author.ask('POST', `/${room}/messages`, { content: `message ${n}` });
          if (answer.status === 429) {
            n -= 1;
            await pause(500);
            continue;
          }
          latencies.push(performance.now() - from);
          if (answer.status === 201) sent += 1;
          else failed += 1;
        }
      };
      const cycles = async (): Promise<void> => {
        for (let cycle = 1; cycle <= CYCLES && !isDone; cycle += 1) {
          const target = (MESSAGES * cycle) / (CYCLES + 1);
          await eventually(
            () => Promise.resolve(sent),
            (count) => count >= target || isDone,
            120_000,
          );
          await faulty.mongodb.become('killed');
          await eventually(
            () => Promise.resolve(sent),
            (count) => count >= target + MESSAGES / (3 * CYCLES) || isDone,
            120_000,
          );
          await faulty.mongodb.become('up');
        }
      };
      const sending = Promise.all(pairs.map((pair) => send(pair, MESSAGES / SENDERS))).then(() => {
        isDone = true;
      });
      await Promise.all([sending, cycles()]);
      await heal();
      const compared = await equal();
      const sorted = latencies.toSorted((a, b) => a - b);
      const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
      run.report(
        `${sent} sent, ${failed} failed, p99 ${p99.toFixed(0)} ms, slowest ${sorted.at(-1)?.toFixed(0)} ms`,
      );
      expect(failed).toBe(0);
      expect(compared).toBeGreaterThanOrEqual(sent);
      for (const { reader, room } of pairs.slice(0, 5)) {
        expect((await reader.walk(room, 50)).seen).toHaveLength(MESSAGES / SENDERS);
      }
    }, 600_000);

    it('go on for known members while PostgreSQL is killed, and a walk may begin in one store and end in the other', async () => {
      const { author, reader, room } = await twoPeople();
      for (let n = 0; n < 10; n += 1) await author.say(room, `${n}`);
      await faulty.postgres.become('killed');
      const during = await author.say(room, 'PostgreSQL is away');
      expect(await reader.page(room, '?limit=1')).toMatchObject({
        data: [{ id: during.id, content: 'PostgreSQL is away' }],
        ...{ source: 'mongodb', degraded: true },
      });
      const group = await author.ask('GET', '');
      expect([group.status, Number(group.headers['retry-after']) > 0]).toEqual([503, true]);
      await faulty.postgres.become('up');
      await heal();
      await equal();
      let turn = 0;
      const { seen, sources } = await reader.walk(room, 3, async () => {
        turn += 1;
        if (turn === 2) await faulty.mongodb.become('killed');
      });
      await heal();
      expect(seen.map(({ content }) => content)).toEqual([
        ...['PostgreSQL is away', ...Array.from({ length: 10 }, (_, n) => String(9 - n))],
      ]);
      expect([...sources]).toEqual(['mongodb', 'postgres']);
    }, 120_000);
  },
);
