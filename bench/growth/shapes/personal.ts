import { FOCUS_SESSIONS_COLLECTION } from '../../../src/modules/focus-sessions/focus-session.js';
import { MOODS_COLLECTION } from '../../../src/modules/moods/mood.js';
import { addDocuments, addRows, idOf, inSql, momentOf } from '../ground.js';
import { detail, LARGE, list, type Shape } from '../shape.js';

const MINUTE_MS = 60_000;

/** The moods of one person. */
export const moods: Shape = {
  name: 'moods',
  large: LARGE,
  fill: (ground, range) => {
    const mood = (n: number) => ({
      ...{ _id: idOf(ground, n), organization_id: ground.orgId, user_id: ground.userId, category_id: null },
      ...{ version: 1, intensity: (n % 10) + 1, factors: [{ name: 'Sleep', value: 'good' }], note: null },
      ...{
        recorded_at: momentOf(ground, n),
        created_at: momentOf(ground, n),
        updated_at: momentOf(ground, n),
      },
    });
    return addDocuments(ground, MOODS_COLLECTION, mood, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    const dateOf = (n: number) => momentOf(ground, n).toISOString().slice(0, 10);
    return [
      ...list('moods', {
        middle: [momentOf(ground, half).toISOString(), idOf(ground, half)],
        filters: [`date_from=${dateOf(1_000)}`, `date_to=${dateOf(half)}`],
        nothing: [`date_to=${dateOf(size + 50_000)}`],
      }),
      detail('moods/{id}', `moods/${idOf(ground, half)}`),
    ];
  },
};

/** The tags of one person. */
export const tags: Shape = {
  name: 'tags',
  large: LARGE,
  fill: (ground, range) => {
    const { id, moment, orgId, userId } = inSql(ground);
    const owner = { organization_id: orgId, user_id: userId };
    const names = { name: `'Tag ' || n`, name_key: `'tag ' || n` };
    return addRows(ground, 'tags', { id, ...owner, ...names, created_at: moment, updated_at: moment }, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('tags', { middle: [idOf(ground, half)] }),
      detail('tags/{id}', `tags/${idOf(ground, half)}`),
    ];
  },
};

/** The ended focus sessions of one person: one in a hundred was abandoned, none has expired. */
export const focusSessions: Shape = {
  name: 'focus-sessions',
  large: LARGE,
  fill: (ground, range) => {
    const session = (n: number) => ({
      ...{ _id: idOf(ground, n), organization_id: ground.orgId, user_id: ground.userId, number: -n },
      ...{ session_type: 'pomodoro', planned_duration_seconds: 60, claimed_seconds: 60, pauses: [] },
      ...{ state: n % 100 === 99 ? 'abandoned' : 'completed', productivity_rating: 3, version: 2 },
      ...{ look_at: momentOf(ground, n), started_at: momentOf(ground, n) },
      ended_at: new Date(momentOf(ground, n).getTime() + MINUTE_MS),
      ...{ created_at: momentOf(ground, n), updated_at: momentOf(ground, n) },
    });
    return addDocuments(ground, FOCUS_SESSIONS_COLLECTION, session, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('focus-sessions', {
        middle: [idOf(ground, half)],
        filters: ['state=completed', 'state=abandoned'],
        nothing: ['state=expired', 'state=running'],
      }),
      detail('focus-sessions/{id}', `focus-sessions/${idOf(ground, half)}`),
    ];
  },
};

/** The exports of one person. There is no list of them. */
export const exports: Shape = {
  name: 'exports',
  large: LARGE,
  fill: (ground, range) => {
    const { id, moment, orgId, userId } = inSql(ground);
    const request = { id, organization_id: orgId, user_id: userId, format: `'json'`, state: `'failed'` };
    const moments = { created_at: moment, updated_at: moment, expires_at: `now() + interval '1 day'` };
    return addRows(ground, 'export_requests', { ...request, ...moments }, range);
  },
  reads: (ground, size) => [detail('exports/{id}', `exports/${idOf(ground, Math.floor(size / 2))}`)],
};
