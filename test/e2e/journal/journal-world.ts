import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { pageShape } from '../../support/shapes.js';
import { type Answer, createTestApp, type RequestOptions, type TestApp } from '../../support/test-app.js';
import { TravellingClock } from '../../support/travelling-clock.js';

export const ENTRIES = '/api/v1/journal/entries';

export const entryShape = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  content: z.string(),
  entry_type: z.string(),
  entry_date: z.string(),
  tag_ids: z.array(z.string()),
  photos: z.array(z.unknown()),
  voice_notes: z.array(z.unknown()),
  prompt_responses: z.array(z.unknown()),
  is_favorite: z.boolean(),
  mood_id: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
export const listShape = pageShape(entryShape);
const withId = z.object({ id: z.string() });
const profileShape = z.object({ total_entries: z.number() });

/** An application, and one person after the other with an empty journal. */
export class JournalWorld {
  t!: TestApp;
  clock!: TravellingClock;
  me!: Tenant;

  async start(): Promise<void> {
    this.t = await createTestApp();
    this.clock = new TravellingClock(this.t.app);
  }

  async newPerson(): Promise<void> {
    this.clock.back();
    this.me = await seedTenant(this.t.app);
  }

  close(): Promise<void> {
    return this.t.close();
  }

  readonly as = (who: Tenant, method: string, path: string, options: RequestOptions = {}): Promise<Answer> =>
    this.t.request(method, path, { token: who.token, ...options });
  readonly ask = (method: string, path: string, options: RequestOptions = {}): Promise<Answer> =>
    this.as(this.me, method, path, options);
  readonly write = async (body: object) => entryShape.parse((await this.ask('POST', ENTRIES, { body })).body);
  readonly list = async (query: string) =>
    listShape.parse((await this.ask('GET', `${ENTRIES}?${query}`)).body);
  readonly titles = async (query: string): Promise<string[]> =>
    (await this.list(query)).data.map(({ title }) => title);
  readonly total = async () => profileShape.parse((await this.ask('GET', '/api/v1/profile')).body);
  readonly aTag = () => this.made('/api/v1/tags', { name: newId() });
  readonly aMood = async (): Promise<string> => {
    const category_id = await this.made('/api/v1/mood-categories', { name: newId() });
    return this.made('/api/v1/moods', { category_id, intensity: 8, factors: [] });
  };
  readonly aPrompt = async (): Promise<string> => {
    const id = newId();
    await this.t.app.get(Postgres).sql`
      insert into prompts (id, text, is_active) values (${id}, 'What was good?', true)`;
    return id;
  };

  private async made(path: string, body: object): Promise<string> {
    return withId.parse((await this.ask('POST', path, { body })).body).id;
  }
}
