import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { eventually } from '../../support/eventually.js';
import { problemShape } from '../../support/shapes.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { Chatter } from './chat.js';
import { messageShape, roomShape } from './room-shapes.js';

describe('rooms', () => {
  let t: TestApp;
  let ada: Chatter;
  let grace: Chatter;
  let stranger: Chatter;
  beforeAll(async () => {
    t = await createTestApp();
    [ada, grace, stranger] = [await Chatter.join(t), await Chatter.join(t), await Chatter.join(t, 'admin')];
  });
  afterAll(() => t.close());

  const codeOf = ({ body }: { body: unknown }) => problemShape.parse(body).code;

  it('gives two people one direct room, whoever asks, also when both ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        const [one, other] = n % 2 === 0 ? [ada, grace] : [grace, ada];
        // A busy service asks a client to come back.
        return eventually(
          () => one.ask('POST', '', { type: 'direct', member_ids: [one.id, other.id] }),
          ({ status }) => status !== 503,
        );
      }),
    );
    expect(answers.filter(({ status }) => status > 201)).toEqual([]);
    const ids = new Set(answers.map(({ body }) => roomShape.parse(body).id));
    expect([ids.size, answers.filter(({ status }) => status === 201).length]).toEqual([1, 1]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
  });

  it.each([
    [{ type: 'direct', member_ids: [] }, 'rooms.not_two_people'],
    [{ type: 'group', member_ids: [newId()] }, 'rooms.not_of_organization'],
    [{ type: 'party' }, 'request.invalid'],
    [{ type: 'group', topic: 'x' }, 'request.invalid'],
  ])('refuses %j', async (body, code) => {
    const answer = await ada.ask('POST', '', body);
    expect([answer.status, codeOf(answer)]).toEqual([422, code]);
  });

  it.each(['direct', 'group'] as const)(
    'hides a %s room from everybody else, admins included',
    async (type) => {
      const room = await ada.open(type, grace);
      const { id } = await ada.say(room, 'secret');
      const answers = await Promise.all([
        stranger.ask('GET', `/${room}`),
        stranger.ask('GET', `/${room}/messages`),
        stranger.ask('POST', `/${room}/messages`, { content: 'x' }),
        stranger.ask('PATCH', `/${room}/messages/${id}`, { content: 'x' }),
        stranger.ask('DELETE', `/${room}/messages/${id}`),
        stranger.ask('GET', `/${room}/events`),
        stranger.ask('PUT', `/${room}/read`, { message_id: id }),
      ]);
      expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual(
        answers.map(() => [404, 'rooms.not_found']),
      );
      const listed = z.object({ data: z.array(roomShape) }).parse((await stranger.ask('GET', '')).body);
      expect(listed.data).toEqual([]);
    },
  );

  it.each(['direct', 'group'] as const)('keeps what a message of a %s room said before', async (type) => {
    const room = await ada.open(type, grace);
    const { id } = await ada.say(room, 'one', { file_url: 'https://example.com/a.png' });
    await ada.ask('PATCH', `/${room}/messages/${id}`, { content: 'two' });
    const answer = await ada.ask('PATCH', `/${room}/messages/${id}`, { file_url: null });
    expect(messageShape.parse(answer.body)).toMatchObject({ content: 'two', file_url: null, version: 3 });
    const same = await ada.ask('PATCH', `/${room}/messages/${id}`, { content: 'two' });
    expect(messageShape.parse(same.body).version).toBe(3);
    const versions = await ada.ask('GET', `/${room}/messages/${id}/versions`);
    expect(versions.body).toMatchObject({
      data: [
        { version: 3, content: 'two', file_url: null },
        { version: 2, content: 'two', file_url: 'https://example.com/a.png' },
        { version: 1, content: 'one' },
      ],
    });
    expect((await grace.ask('GET', `/${room}/messages/${id}/versions`)).status).toBe(403);
    expect((await grace.ask('PATCH', `/${room}/messages/${id}`, { content: 'x' })).status).toBe(403);
  });

  it.each(['direct', 'group'] as const)('leaves a tombstone in a %s room', async (type) => {
    const room = await ada.open(type, grace);
    const { id } = await ada.say(room, 'one');
    await ada.ask('PATCH', `/${room}/messages/${id}`, { content: 'two' });
    expect((await grace.ask('DELETE', `/${room}/messages/${id}`)).status).toBe(403);
    const answers = [
      await ada.ask('DELETE', `/${room}/messages/${id}`),
      await ada.ask('DELETE', `/${room}/messages/${id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const { data } = await grace.page(room, '?limit=1');
    expect(data[0]).toMatchObject({ id, content: null, deleted: true, version: 3 });
    expect((await ada.ask('GET', `/${room}/messages/${id}/versions`)).body).toEqual({ data: [] });
    const edit = await ada.ask('PATCH', `/${room}/messages/${id}`, { content: 'x' });
    expect([edit.status, codeOf(edit)]).toEqual([409, 'rooms.message_deleted']);
  });

  it('lets an owner of a group delete, add and remove, and members leave', async () => {
    const room = await ada.open('group', grace);
    const { id } = await grace.say(room, 'x');
    expect((await ada.ask('DELETE', `/${room}/messages/${id}`)).status).toBe(204);
    const add = (by: Chatter, user: string) => by.ask('POST', `/${room}/members`, { user_id: user });
    expect((await add(grace, stranger.id)).status).toBe(403);
    expect((await add(ada, stranger.id)).status).toBe(201);
    expect(codeOf(await add(ada, stranger.id))).toBe('rooms.already_member');
    expect((await grace.ask('DELETE', `/${room}/members/${stranger.id}`)).status).toBe(403);
    expect((await ada.ask('DELETE', `/${room}/members/${stranger.id}`)).status).toBe(204);
    expect((await stranger.ask('GET', `/${room}`)).status).toBe(404);
    expect((await ada.ask('DELETE', `/${room}/members/${ada.id}`)).status).toBe(204);
    const { body } = await grace.ask('GET', `/${room}/members`);
    expect(body).toMatchObject({ data: [{ id: grace.id, role: 'owner' }] });
    const direct = await ada.open('direct', grace);
    expect(codeOf(await ada.ask('DELETE', `/${direct}/members/${ada.id}`))).toBe('rooms.direct_is_fixed');
  });

  it.each(['direct', 'group'] as const)('counts what is unread in a %s room', async (type) => {
    const room = await ada.open(type, grace);
    const before = await grace.unread(room);
    const said = [await ada.say(room, '1'), await ada.say(room, '2'), await ada.say(room, '3')];
    expect([await grace.unread(room), await ada.unread(room)]).toEqual([before + 3, 0]);
    const read = (n: number) => grace.ask('PUT', `/${room}/read`, { message_id: said[n]?.id });
    expect((await read(1)).body).toEqual({ room_id: room, unread_count: 1 });
    expect((await read(0)).body).toEqual({ room_id: room, unread_count: 1 });
    await grace.say(room, 'mine');
    await ada.ask('DELETE', `/${room}/messages/${said[2]?.id ?? ''}`);
    expect(await grace.unread(room)).toBe(0);
    expect((await grace.ask('PUT', `/${room}/read`, { message_id: newId() })).status).toBe(404);
  });

  it.each(['direct', 'group'] as const)('makes one message of a repeated POST in a %s room', async (type) => {
    const room = await ada.open(type, grace);
    const body = { content: 'once', client_id: newId() };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ada.ask('POST', `/${room}/messages`, body)),
    );
    expect(new Set(answers.map((answer) => messageShape.parse(answer.body).id)).size).toBe(1);
    const replayed = answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true');
    expect(replayed).toHaveLength(7);
    const other = await ada.ask('POST', `/${room}/messages`, { ...body, content: 'twice' });
    expect([other.status, codeOf(other)]).toEqual([422, 'rooms.client_id_reused']);
    const key = { 'idempotency-key': newId() };
    const [one, two] = [
      await grace.ask('POST', `/${room}/messages`, { content: 'k' }, key),
      await grace.ask('POST', `/${room}/messages`, { content: 'k' }, key),
    ];
    expect([one.status, two.status, two.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    expect(one.body).toEqual(two.body);
    const { data } = await ada.page(room);
    expect(data.filter(({ content }) => content === 'once' || content === 'k')).toHaveLength(2);
  });

  it('takes 60 messages in 10 s and refuses the next with the time to wait', async () => {
    const eager = await Chatter.join(t);
    const room = await eager.open('group');
    const answers = await Promise.all(
      Array.from({ length: 63 }, (_, n) => eager.ask('POST', `/${room}/messages`, { content: `${n}` })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(60);
    expect(refused).toHaveLength(3);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"messages";q=60;w=10');
  });

  it('takes 16 KiB of text and no byte more', async () => {
    const room = await ada.open('direct', grace);
    const text = '€'.repeat(5_461);
    expect((await ada.say(room, `${text}a`)).content).toHaveLength(5_462);
    expect((await ada.ask('POST', `/${room}/messages`, { content: `${text}ab` })).status).toBe(422);
  });

  it('serves the paths of S3, too', async () => {
    const room = await ada.open('direct', grace);
    const url = `/api/rooms/${room}/messages`;
    const { token } = ada.tenant;
    const sent = await t.request('POST', url, { body: { content: 'S3' }, token });
    const page = await t.request('GET', url, { token });
    expect([sent.status, page.status, page.headers['x-data-source']]).toEqual([201, 200, 'mongodb']);
    expect(page.body).toMatchObject({ source: 'mongodb', degraded: false });
  });

  it('answers 412 where the message is another one than the caller has read', async () => {
    const room = await ada.open('direct', grace);
    const { id } = await ada.say(room, 'one');
    const path = `/${room}/messages/${id}`;
    const etag = (await ada.ask('GET', path)).headers['etag'] ?? '';
    const edit = (content: string) => ada.ask('PATCH', path, { content }, { 'if-match': etag });
    expect([(await edit('two')).status, (await edit('three')).status]).toEqual([200, 412]);
  });

  it('has an activity entry for a room and its members, and none for messages', async () => {
    const room = await ada.open('group', grace);
    await ada.say(room, 'x');
    await ada.ask('POST', `/${room}/members`, { user_id: stranger.id });
    const { body } = await t.request('GET', `/api/v1/activity?resource_id=${room}`);
    const types = z.object({ data: z.array(z.object({ event_type: z.string() })) }).parse(body);
    expect(types.data.map((entry) => entry.event_type).toSorted()).toEqual([
      'room.created',
      'room.member_added',
    ]);
  });

  it('keeps what an erased person has said, without an author', async () => {
    const leaving = await Chatter.join(t);
    const rooms = [await leaving.open('direct', ada), await leaving.open('group', ada)];
    for (const room of rooms) await leaving.say(room, 'stays');
    expect((await t.request('DELETE', `/api/v1/users/${leaving.id}`)).status).toBe(204);
    for (const room of rooms) {
      const { data } = await ada.page(room);
      expect(data).toMatchObject([{ content: 'stays', member: null }]);
    }
  });
});
