import { expect } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { pageShape } from './shapes.js';
import type { Answer, TestApp } from './test-app.js';

export const MOODS = '/api/v1/moods';
export const withId = z.looseObject({ id: z.uuid() });
const moodShape = z.looseObject({ id: z.uuid(), intensity: z.number(), recorded_at: z.string() });

export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** Members of the test's organisation who record moods. */
export class MoodPeople {
  constructor(private readonly t: TestApp) {}

  member(): Promise<Tenant> {
    return seedTenant(this.t.app, { orgId: this.t.tenant.orgId, role: 'member' });
  }

  as({ token }: { token: string }): Ask {
    return (method, path, body, headers = {}) => this.t.request(method, path, { token, body, headers });
  }

  async category(person: Tenant, name = newId()): Promise<string> {
    return withId.parse((await this.as(person)('POST', '/api/v1/mood-categories', { name })).body).id;
  }

  async record(person: Tenant, mood: Record<string, unknown>): Promise<string> {
    const answer = await this.as(person)('POST', MOODS, { intensity: 5, ...mood });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return withId.parse(answer.body).id;
  }

  async list(person: Tenant, query: string) {
    const answer = await this.as(person)('GET', `${MOODS}?${query}`);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return pageShape(moodShape).parse(answer.body);
  }
}
