import mongoose from 'mongoose';
import { z } from 'zod';

import { DAY_MS, ROLL_UPS_COLLECTION, rollUpId } from '../../src/modules/analytics/roll-up.js';
import type { Target } from '../load/load.js';
import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const BATCH = '/api/v1/analytics/batch';
const EVENT = '/api/v1/analytics/events';
const SERIES = '/api/v1/analytics/series';
const BATCH_SIZE = 100;
const BATCHES_PER_SECOND = 300;
const EVENTS_PER_SECOND = 8_000;
const SERIES_PER_SECOND = 4_000;
const DAYS = 90;
/** Of each of five names: together they count a million events. */
const EVENTS_PER_DAY = 2_222;
const NAMES = ['page_view', 'signed_up', 'order', 'refund', 'login'];

let made = 0;

const newEvent = () => {
  made += 1;
  return {
    event_name: NAMES[made % NAMES.length] ?? '',
    user_id: `user-${String(made % 1_000).padStart(4, '0')}`,
    message_id: `bench-${String(made).padStart(9, '0')}`,
    properties: { plan: 'pro', page: '/pricing' },
  };
};

const batches = (count: number): Target[] =>
  Array.from({ length: count }, () => ({
    path: BATCH,
    body: JSON.stringify({ events: Array.from({ length: BATCH_SIZE }, newEvent) }),
  }));

const events = (count: number): Target[] =>
  Array.from({ length: count }, () => ({ path: EVENT, body: JSON.stringify(newEvent()) }));

const posting =
  (
    make: (count: number) => Target[],
    perSecond: number,
    headersOf: (world: World) => Record<string, string>,
  ) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    const headers = { 'content-type': 'application/json', ...headersOf(world) };
    const [{ path = '', body = '' } = {}] = make(1);
    const answer = await server.ask(path, { method: 'POST', headers, body });
    if (answer.status !== 200 && answer.status !== 201)
      throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
    return {
      method: 'POST',
      headers,
      targets: (seconds) => make(seconds * perSecond),
      answerBytes: answer.bytes,
    };
  };

const byKey = (world: World) => asBearer(firstToken(world));
const open = () => ({});

export const analyticsBatch: ThroughputCase = {
  name: 'analytics-batch',
  title: 'analytics batch of 100 events, durable',
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: posting(batches, BATCHES_PER_SECOND, byKey) },
    {
      label: 'raw insertMany of the same documents',
      contestant: 'raw insertMany',
      prepare: posting(batches, BATCHES_PER_SECOND, open),
    },
  ],
};

export const analyticsEvent: ThroughputCase = {
  name: 'analytics-event',
  title: 'single analytics event, durable',
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: posting(events, EVENTS_PER_SECOND, byKey) },
    {
      label: 'raw insertOne',
      contestant: 'raw insertMany',
      prepare: posting(events, EVENTS_PER_SECOND, open),
    },
  ],
};

const answerShape = z.object({
  series: z.array(z.object({ points: z.array(z.object({ value: z.number() })) })),
});

/** The roll-ups of a million events of a quarter of a year, which ends a day ago. */
async function fillRollUps({ stores, fixture }: World): Promise<Date> {
  const end = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS);
  const connection = await mongoose.createConnection(stores.MONGODB_URI).asPromise();
  try {
    const rollUps = connection.collection<{ _id: string }>(ROLL_UPS_COLLECTION);
    const quarters = Object.fromEntries(
      Array.from({ length: 96 }, (_, quarter) => [quarter, quarter < 14 ? 24 : 23]),
    );
    await rollUps.deleteMany({});
    for (let back = 1; back <= DAYS; back += 1) {
      const day = new Date(end.getTime() - back * DAY_MS).toISOString().slice(0, 10);
      const key = { orgId: fixture.orgId, day, source: 'api' } as const;
      await rollUps.insertMany(
        NAMES.map((eventName) => ({
          _id: rollUpId({ ...key, eventName }),
          organization_id: fixture.orgId,
          ...{ event_name: eventName, day, count: EVENTS_PER_DAY, quarters },
        })),
      );
    }
  } finally {
    await connection.close();
  }
  return end;
}

/** Every question has an end of its own, so that none is answered from the cache. */
async function uncachedSeries(server: ServerProcess, world: World): Promise<Prepared> {
  const end = await fillRollUps(world);
  const from = new Date(end.getTime() - DAYS * DAY_MS).toISOString();
  let asked = 0;
  const next = (): Target => {
    const to = new Date(end.getTime() + (asked += 1)).toISOString();
    return { path: `${SERIES}?event_name=page_view&tz=Europe/Berlin&from=${from}&to=${to}` };
  };
  const answer = await server.ask(next().path, { headers: byKey(world) });
  const parsed = answerShape.safeParse(answer.status === 200 ? JSON.parse(answer.text) : null);
  const total = parsed.data?.series[0]?.points.reduce((sum, { value }) => sum + value, 0);
  if (total !== DAYS * EVENTS_PER_DAY)
    throw new WrongAnswer(`${server.name} counted ${String(total)}: ${answer.text.slice(0, 300)}`);
  return {
    method: 'GET',
    headers: byKey(world),
    targets: (seconds) => Array.from({ length: seconds * SERIES_PER_SECOND }, next),
    answerBytes: answer.bytes,
  };
}

export const series: ThroughputCase = {
  name: 'series',
  title: 'counts by day of a quarter of a million events, uncached',
  floor: null,
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: uncachedSeries }],
};
