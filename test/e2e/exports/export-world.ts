import { expect } from 'vitest';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { FocusSessionsService } from '../../../src/modules/focus-sessions/focus-sessions.service.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { aPrincipal } from '../../factories/principal.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import type { TestApp } from '../../support/test-app.js';

export const workShape = z.looseObject({
  id: z.uuid(),
  state: z.enum(['pending', 'running', 'completed', 'failed']),
  percent: z.number(),
  error: z.string().nullable(),
});
export const exportShape = workShape.extend({ size: z.number().nullable(), expires_at: z.string() });
const counts = z.object({ imported: z.number(), known: z.number(), refused: z.number() });
export const importShape = workShape.extend({
  counts: z.record(z.string(), counts),
  report: z.array(
    z.object({
      section: z.string(),
      index: z.number(),
      id: z.string().nullable(),
      code: z.string(),
      path: z.string(),
    }),
  ),
});
const record = z.looseObject({ id: z.string() });
export const documentShape = z.looseObject({
  tags: z.array(record),
  mood_categories: z.array(record),
  moods: z.array(record),
  focus_sessions: z.array(record),
  entries: z.array(record),
});
export type ExportDocument = z.infer<typeof documentShape>;

/** People who have written something. */
export class ExportWorld {
  constructor(readonly t: TestApp) {}

  person(): Promise<Tenant> {
    return seedTenant(this.t.app);
  }

  async post(person: Tenant, path: string, body: unknown): Promise<string> {
    const answer = await this.t.request('POST', `/api/v1/${path}`, { token: person.token, body });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return record.parse(answer.body).id;
  }

  /** Of every kind something, and so many entries. */
  async write(person: Tenant, entries = 3): Promise<void> {
    const tags = [
      await this.post(person, 'tags', { name: 'Gratitude' }),
      await this.post(person, 'tags', { name: 'Work' }),
    ];
    const category_id = await this.post(person, 'mood-categories', { name: 'Calm' });
    const factors = [{ name: 'Sleep', value: 'good' }];
    const mood = {
      category_id,
      intensity: 8,
      factors,
      note: 'A walk by the river.',
      recorded_at: '2026-11-02T08:00:00.000Z',
    };
    const mood_id = await this.post(person, 'moods', mood);
    const prompt_id = newId();
    await this.t.app.get(Postgres).sql`
      insert into prompts (id, text, is_active) values (${prompt_id}, 'What was good?', true)`;
    await this.t.app
      .get(FocusSessionsService)
      .record(aPrincipal({ orgId: person.orgId, userId: person.userId }), {
        ...{
          session_type: 'pomodoro',
          planned_duration_seconds: 1_500,
          seconds: 1_200,
          productivity_rating: 4,
        },
        started_at: new Date('2026-11-03T09:00:00.000Z'),
      });
    for (let n = 0; n < entries; n += 1)
      await this.post(person, 'journal/entries', {
        ...{
          title: `Day ${n}`,
          content: `We watched the sunset\n---\n"${n}" \u{1F305}`,
          tag_ids: tags.slice(0, n % 3),
        },
        ...{ entry_date: `2026-11-${String(1 + (n % 28)).padStart(2, '0')}`, is_favorite: n % 2 === 0 },
        photos: [{ image_url: '/media/photo.jpg', caption: 'Sunset' }],
        voice_notes: [{ audio_url: 'https://example.com/a.mp3', duration_seconds: 12.5 }],
        prompt_responses: [{ prompt_id, response: 'The sea' }],
        mood_id: n === 0 ? mood_id : null,
      });
  }

  async exported(person: Tenant, format: 'json' | 'markdown') {
    const asked = await this.t.request('POST', '/api/v1/exports', { token: person.token, body: { format } });
    expect([asked.status, asked.text]).toEqual([202, expect.any(String)]);
    return this.finished(person, `exports/${exportShape.parse(asked.body).id}`, exportShape);
  }

  async finished<T extends z.ZodType<z.infer<typeof workShape>>>(person: Tenant, path: string, shape: T) {
    return eventually(
      async () => shape.parse((await this.t.request('GET', `/api/v1/${path}`, { token: person.token })).body),
      ({ state }) => state === 'completed' || state === 'failed',
      60_000,
    );
  }

  async download(person: Tenant, id: string, headers: Record<string, string> = {}) {
    const answer = await this.t.app.inject({
      method: 'GET',
      url: `/api/v1/exports/${id}/download`,
      headers: { authorization: `Bearer ${person.token}`, ...headers },
    });
    return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
  }

  async document(person: Tenant): Promise<ExportDocument> {
    const { id } = await this.exported(person, 'json');
    return documentShape.parse(JSON.parse((await this.download(person, id)).bytes.toString()));
  }

  async upload(
    person: Tenant,
    file: Buffer | string,
    type = 'application/json',
    query = '',
    more: Record<string, string> = {},
  ) {
    const answer = await this.t.app.inject({
      method: 'POST',
      url: `/api/v1/imports${query}`,
      headers: { authorization: `Bearer ${person.token}`, 'content-type': type, ...more },
      payload: file,
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.json<{ id: string; code?: string }>(),
    };
  }

  async imported(person: Tenant, file: Buffer | string, type = 'application/json', query = '') {
    const asked = await this.upload(person, file, type, query);
    expect([asked.status, asked.body]).toEqual([202, expect.anything()]);
    return this.finished(person, `imports/${asked.body.id}`, importShape);
  }
}

/** The same content of two accounts is equal: what refers to another record by its id, by what that record says. */
export function contentOf({ tags, mood_categories, moods, focus_sessions, entries }: ExportDocument): object {
  const names = new Map([...tags, ...mood_categories].map(({ id, name }) => [id, name]));
  const notes = new Map(moods.map(({ id, note }) => [id, note]));
  const without = ({ id: _id, ...rest }: Record<string, unknown>) => rest;
  return {
    tags: tags.map(({ name }) => name).toSorted(),
    mood_categories: mood_categories.map(({ name }) => name).toSorted(),
    moods: moods.map((mood) => ({ ...without(mood), category_id: names.get(String(mood['category_id'])) })),
    focus_sessions: focus_sessions.map(without),
    entries: entries.map((entry) => ({
      ...without(entry),
      tag_ids: (entry['tag_ids'] as string[]).map((id) => names.get(id)).toSorted(),
      mood_id: notes.get(String(entry['mood_id'])) ?? null,
    })),
  };
}
