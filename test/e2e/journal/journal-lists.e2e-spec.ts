import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';

import { JournalWorld, type listShape } from './journal-world.js';

describe('lists of the journal', () => {
  const world = new JournalWorld();
  const { ask, write, list, titles, aTag } = world;
  beforeAll(() => world.start());
  beforeEach(() => world.newPerson());
  afterAll(() => world.close());

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
    world.clock.travelTo('2026-02-28T12:00:00Z');
    for (const date of ['2024-02-29', '2024-02-28', '2025-02-28', '2026-02-28', '2025-03-01'])
      await write({ title: date, entry_date: date });
    expect(await titles('on_this_day=02-28')).toEqual(['2025-02-28', '2024-02-29', '2024-02-28']);
    expect(await titles('on_this_day=02-29')).toEqual(['2024-02-29']);
    expect(await titles('on_this_day=03-01&date_to=2025-02-28')).toEqual([]);
  });

  it('counts days in a row', async () => {
    world.clock.travelTo('2026-03-02T12:00:00Z');
    for (const date of ['2026-02-28', '2026-03-01', '2026-03-01', '2025-01-01', '2025-01-02', '2025-01-03'])
      await write({ title: date, entry_date: date });
    expect((await ask('GET', '/api/v1/journal/streaks')).body).toEqual({ current_days: 2, longest_days: 3 });
  });
});
