import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 } from 'uuid';

import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { Chatter } from './chat.js';

describe('the history of a room', () => {
  let t: TestApp;
  let ada: Chatter;
  let grace: Chatter;
  beforeAll(async () => {
    t = await createTestApp();
    [ada, grace] = [await Chatter.join(t), await Chatter.join(t)];
  });
  afterAll(() => t.close());

  /** Written past the service: so many messages in one millisecond. */
  async function fill(
    roomId: string,
    type: 'direct' | 'group',
    count: number,
    ms: number,
  ): Promise<string[]> {
    const at = new Date(ms);
    const iso = at.toISOString();
    const rows = Array.from({ length: count }, (_, n) => ({
      ...{ id: v7({ msecs: ms, seq: n }), organization_id: t.tenant.orgId, conversation_id: roomId },
      ...{ member_id: ada.id, content: `${n}`, file_url: null, deleted: false, version: 1, client_id: null },
      ...{ request_hash: null, versions: [], created_at: at, updated_at: at },
    }));
    const { sql } = t.app.get(Postgres);
    const table = type === 'direct' ? 'direct_messages' : 'messages';
    await sql`insert into ${sql(table)} ${sql(rows.map(({ versions: _, ...row }) => ({ ...row, created_at: iso, updated_at: iso })))}`;
    if (type === 'direct') {
      const mongo = t.app.get(Mongo);
      const documents = rows.map(({ id, ...row }) => ({ _id: id, ...row }));
      await mongo.run('insert', () => mongo.collection(table).insertMany(documents));
    }
    return rows.map(({ id }) => id).toSorted();
  }

  it.each(['direct', 'group'] as const)(
    'of type %s is walked once, with 1,000 messages in one millisecond, while others are written and deleted',
    async (type) => {
      const other = await Chatter.join(t);
      const room = await other.open(type, ada);
      const ids = await fill(room, type, 1_000, Date.now() - 60_000);
      let turn = 0;
      const { seen } = await ada.walk(room, 170, async () => {
        turn += 1;
        await other.say(room, `meanwhile ${turn}`);
        await ada.ask('DELETE', `/${room}/messages/${ids[turn * 10] ?? ''}`);
      });
      const found = seen.map(({ id }) => id);
      expect(found).toEqual(ids.toReversed());
      expect(new Set(found).size).toBe(1_000);
    },
  );

  it.each(['direct', 'group'] as const)(
    'of type %s is read before, after and around a message',
    async (type) => {
      const other = await Chatter.join(t);
      const room = await other.open(type, ada);
      const said: string[] = [];
      for (let n = 0; n < 9; n += 1) said.push((await ada.say(room, `${n}`)).id);
      const contents = async (query: string) => {
        const { data, page } = await other.page(room, query);
        const ends = [page.found_oldest, page.found_newest];
        return [data.map(({ content }) => content).join(''), ...ends, page.next_cursor];
      };
      expect(await contents('?limit=3')).toEqual(['876', false, true, said[6]]);
      expect(await contents(`?limit=3&before=${said[3] ?? ''}`)).toEqual(['210', true, false, null]);
      expect(await contents(`?limit=3&after=${said[2] ?? ''}`)).toEqual(['543', false, false, said[5]]);
      expect(await contents(`?limit=3&after=${said[5] ?? ''}`)).toEqual(['876', false, true, null]);
      expect(await contents(`?limit=5&around=${said[4] ?? ''}`)).toEqual(['65432', false, false, said[2]]);
      expect(await contents(`?limit=50&around=${said[4] ?? ''}`)).toEqual(['876543210', true, true, null]);
      expect(await contents(`?limit=2&after=${said[8] ?? ''}`)).toEqual(['', false, true, null]);
      const both = await ada.ask('GET', `/${room}/messages?before=${said[1] ?? ''}&after=${said[1] ?? ''}`);
      expect([both.status, (await ada.ask('GET', `/${room}/messages?before=x`)).status]).toEqual([400, 400]);
    },
  );

  it('reads what PostgreSQL alone has, newest version first', async () => {
    const room = await ada.open('direct', grace);
    const { id } = await ada.say(room, 'in both');
    const mongo = t.app.get(Mongo);
    await mongo.run('update', () =>
      mongo.collection<{ _id: string; content: string }>('direct_messages').deleteOne({ _id: id }),
    );
    await t.app.get(Postgres).sql`
      update direct_messages set content = 'written meanwhile', version = 2, unsynced_since = now() where id = ${id}`;
    const { data, source, degraded } = await grace.page(room);
    expect([data[0]?.content, source, degraded]).toEqual(['written meanwhile', 'mongodb', false]);
  });
});
