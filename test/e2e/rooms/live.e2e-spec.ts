import { spawn } from 'node:child_process';

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { EventSource } from 'eventsource';
import { z } from 'zod';

import { LiveTuning } from '../../../src/flows/live/live-tuning.js';
import { EventReader } from '../../support/event-reader.js';
import { eventually } from '../../support/eventually.js';
import { type PrivateStores, startPrivateStores } from '../../support/private-stores.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { Chatter } from './chat.js';
import { type PrivateChat, privateChat } from './private-chat.js';

const TYPES = ['message.created', 'message.updated', 'message.deleted', 'room.read', 'reset'] as const;
const dataShape = z.object({ id: z.string().optional(), version: z.number().optional() });
const tokenShape = z.object({ token: z.string() });

describeWithPrivate('mongodb', 'redis')('what happens in rooms, live over two instances', () => {
  let stores: PrivateStores;
  let t: PrivateChat;
  let urls: string[];
  let ada: Chatter;
  let grace: Chatter;
  const closing: (() => void)[] = [];

  beforeAll(async () => {
    stores = await startPrivateStores('rooms-live');
    t = await privateChat(stores.env, 'live', 2);
    for (const app of t.apps) {
      await app.listen(0, '127.0.0.1');
      Object.assign(app.get(LiveTuning, { strict: false }), { pollMs: 1_000, retryMs: 50 });
    }
    urls = await Promise.all(t.apps.map((app) => app.getUrl()));
    [ada, grace] = [await Chatter.join(t), await Chatter.join(t)];
  }, 120_000);
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  afterAll(async () => {
    await t.close();
    await stores.stop();
  });

  const auth = (): Record<string, string> => ({ authorization: `Bearer ${grace.tenant.token}` });
  const read = async (at: 0 | 1, path: string, headers: Record<string, string> = {}) => {
    const reader = await EventReader.open(`${urls[at] ?? ''}/api/v1/rooms${path}`, { ...auth(), ...headers });
    closing.push(() => reader.close());
    return reader;
  };
  const token = async () => {
    const { body } = await grace.ask('POST', '/events/token');
    return tokenShape.parse(body).token;
  };
  const summary = (event: string, text: string): string => {
    const { id = '', version = 0 } = dataShape.parse(JSON.parse(text));
    return `${event} ${id} ${version}`;
  };

  /** A browser's client, which reconnects by itself. */
  async function browser(at: 0 | 1, path: string): Promise<string[]> {
    const heard: string[] = [];
    const source = new EventSource(`${urls[at] ?? ''}/api/rooms${path}?token=${await token()}`);
    closing.push(() => source.close());
    for (const type of TYPES)
      source.addEventListener(type, (event) => heard.push(summary(type, String(event.data))));
    await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));
    return heard;
  }

  async function curl(at: 0 | 1, path: string): Promise<string[]> {
    const heard: string[] = [];
    const url = `${urls[at] ?? ''}/api/v1/rooms${path}`;
    const child = spawn('curl', ['-sN', '-H', `Authorization: ${auth()['authorization'] ?? ''}`, url]);
    closing.push(() => void child.kill());
    let text = '';
    let isOpen = false;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      isOpen = true;
      const frames = (text + chunk).split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const event = /^event: (.+)$/m.exec(frame)?.[1];
        const data = /^data: (.+)$/m.exec(frame)?.[1];
        if (event !== undefined && data !== undefined) heard.push(summary(event, data));
      }
    });
    await eventually(
      () => Promise.resolve(isOpen),
      (is) => is,
    );
    return heard;
  }

  it('is the same for two EventSource clients and one curl through a failover of MongoDB', async () => {
    const room = await ada.open('direct', grace);
    const clients = [await browser(0, `/${room}/events`), await browser(1, `/${room}/events`)];
    clients.push(await curl(0, '/events'));
    const said = [await ada.say(room, '1'), await ada.say(room, '2')];
    await stores.mongodb.kill();
    said.push(await ada.say(room, '3'));
    await ada.ask('PATCH', `/${room}/messages/${said[0]?.id ?? ''}`, { content: '1 again' });
    await stores.mongodb.restart();
    said.push(await ada.say(room, '4'));
    await ada.ask('DELETE', `/${room}/messages/${said[1]?.id ?? ''}`);
    await grace.ask('PUT', `/${room}/read`, { message_id: said[3]?.id });
    await eventually(
      () => Promise.resolve(clients.map((heard) => heard.length)),
      (counts) => counts.every((count) => count === 7),
    );
    const types = clients[0]?.map((line) => line.split(' ')[0]);
    expect(types).toEqual([
      ...['message.created', 'message.created', 'message.created', 'message.updated', 'message.created'],
      ...['message.deleted', 'room.read'],
    ]);
    for (const heard of clients)
      expect(heard.map((line) => line.split(' ', 2))).toEqual(clients[0]?.map((line) => line.split(' ', 2)));
  });

  it('goes on without a gap by Last-Event-ID on another instance, and says reset for an unknown id', async () => {
    const room = await ada.open('direct', grace);
    const first = await read(0, `/${room}/events`);
    await ada.say(room, 'seen');
    await first.has(1);
    first.close();
    await ada.say(room, 'missed 1');
    await ada.say(room, 'missed 2');
    const second = await read(1, `/${room}/events`, { 'last-event-id': first.lastId });
    await ada.say(room, 'live');
    await second.has(3);
    const contents = second.events.map(({ data }) => z.object({ content: z.string() }).parse(data).content);
    expect(contents).toEqual(['missed 1', 'missed 2', 'live']);
    expect(second.response.headers['x-accel-buffering']).toBe('no');
    const again = await read(0, `/${room}/events?last_event_id=${encodeURIComponent(second.lastId)}`);
    await ada.say(room, 'next');
    await again.has(1);
    const unknown = await read(0, `/${room}/events`, { 'last-event-id': 'someone-else' });
    await unknown.has(1);
    expect(unknown.events[0]).toMatchObject({ event: 'reset', data: null });
    await ada.say(room, 'after the reset');
    await unknown.has(2);
  });

  it('of a group is for its members, and of all rooms for those of the caller', async () => {
    const room = await ada.open('group', grace);
    const hidden = await ada.open('group');
    const all = await read(1, '/events');
    await ada.say(hidden, 'not for grace');
    await ada.say(room, 'for both');
    await all.has(1);
    expect(all.events.map(({ data }) => z.object({ content: z.string() }).parse(data).content)).toEqual([
      'for both',
    ]);
    const followed = await read(0, `/${room}/events`);
    await ada.ask('DELETE', `/${room}/members/${grace.id}`);
    await ada.say(room, 'after grace has left');
    const direct = await ada.open('direct', grace);
    const marker = await read(0, `/${direct}/events`);
    await ada.say(direct, 'marker');
    await marker.has(1);
    expect(followed.events).toEqual([]);
  });

  it('needs a token that is its own, fresh and of a session that lasts', async () => {
    const given = await token();
    const open = (query: string) => t.request('GET', `/api/v1/rooms/events?${query}`, { token: null });
    expect((await open('token=abc.def')).status).toBe(401);
    expect((await open(`token=${given}x`)).status).toBe(401);
    await t.request('POST', '/api/v1/auth/logout', { token: grace.tenant.token });
    expect((await open(`token=${given}`)).status).toBe(401);
  });
});
