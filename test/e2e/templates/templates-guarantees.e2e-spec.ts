import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { seedTenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { usualLongestTurnMs } from '../../support/longest-turn.js';
import { activityShape, pageShape, problemShape } from '../../support/shapes.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';
import {
  aTemplate,
  at,
  codes,
  PARTIALS,
  TemplateClient,
  TEMPLATES,
  templateShape,
} from './template-client.js';

/** The promise is 50 ms of a processor of its own. Beside other work, with cold caches, the same code takes up to twice that. */
const MAX_STALL_MS = process.env['FULL'] === '1' ? 50 : 150;

describe('notification templates: what they guarantee', () => {
  let t: TestApp;
  let client: TemplateClient;
  beforeAll(async () => {
    t = await createTestApp();
    client = new TemplateClient(t);
  });
  afterAll(() => t.close());

  it.each(['a/b', 'émoji 🚀', 'x'.repeat(200), '__proto__', '%2F'])(
    'stand under any key: %s',
    async (key) => {
      expect((await client.ask('POST', TEMPLATES, aTemplate({ key }))).status).toBe(201);
      expect(await codes(client.ask('POST', TEMPLATES, aTemplate({ key })))).toEqual([
        409,
        'notification_templates.key_taken',
      ]);
      expect((await client.publish(key)).key).toBe(key);
      expect((await client.ask('DELETE', at(key))).status).toBe(204);
      expect((await client.ask('GET', at(key))).status).toBe(404);
      expect((await client.ask('POST', at(key, '/render'), { locale: 'en' })).status).toBe(404);
      expect((await client.ask('POST', TEMPLATES, aTemplate({ key }))).status).toBe(201);
      expect((await client.ask('GET', at(key, '/versions'))).body).toMatchObject({ data: [] });
      expect((await client.ask('DELETE', at(key))).status).toBe(204);
      const versions = () =>
        t.app
          .get(Mongo)
          .collection('notification_template_versions')
          .countDocuments({ 'published.content.key': key });
      expect(await versions()).toBe(0);
    },
  );

  it('lose no change to another writer', async () => {
    const key = await client.created();
    const etag = (await client.ask('GET', at(key))).headers['etag'] ?? '';
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        client.ask('PATCH', at(key), { variants: { en: { subject: `${n} {name}` } } }, { 'if-match': etag }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(15).fill(412)]);
    expect((await client.ask('DELETE', at(key), undefined, { 'if-match': etag })).status).toBe(412);
    const many = await Promise.all(Array.from({ length: 16 }, () => client.ask('POST', at(key, '/publish'))));
    expect(new Set(many.map(({ body }) => templateShape.parse(body).published_version))).toEqual(
      new Set([1]),
    );
  });

  it('are made, published and rolled back once under one Idempotency-Key', async () => {
    const given = aTemplate();
    const keyed = () => ({ 'idempotency-key': `k-${newId()}` });
    const once = keyed();
    const made = await Promise.all(
      Array.from({ length: 8 }, () => client.ask('POST', TEMPLATES, given, once)),
    );
    const done = made.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    expect(made.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const replayed = await client.ask('POST', TEMPLATES, given, once);
    expect([replayed.status, replayed.headers['idempotency-replayed'], replayed.text]).toEqual([
      201,
      'true',
      done[0]?.text,
    ]);
    const publishing = keyed();
    const first = await client.ask('POST', at(given.key, '/publish'), undefined, publishing);
    await client.ask('PATCH', at(given.key), { variants: { en: { subject: 'B {name}' } } });
    const second = await client.ask('POST', at(given.key, '/publish'), undefined, publishing);
    expect([second.text, second.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
    expect(templateShape.parse((await client.ask('GET', at(given.key))).body).published_version).toBe(1);
    const changingNothing = keyed();
    const back = (version: number) =>
      client.ask('POST', at(given.key, '/rollback'), { version }, changingNothing);
    const statuses = [(await back(1)).status, (await back(1)).status, (await back(2)).status];
    expect(statuses).toEqual([200, 200, 422]);
  });

  it('have one activity entry for each change, without texts and values', async () => {
    const key = await client.published({ sample: { name: 'hidden-value', count: 1 } });
    await client.ask('PATCH', at(key), { variants: { en: { subject: 'hidden-text {name}' } } });
    await client.publish(key);
    await client.ask('POST', at(key, '/rollback'), { version: 1 });
    await client.ask('DELETE', at(key));
    const { body, text } = await client.ask(
      'GET',
      '/api/v1/activity?resource_type=notification_template&limit=200',
    );
    const entries = pageShape(activityShape.extend({ payload: z.looseObject({ key: z.string() }) }).loose())
      .parse(body)
      .data.filter(({ payload }) => payload.key === key);
    expect(entries.map(({ event_type }) => event_type.split('.')[1])).toEqual([
      ...['deleted', 'rolled_back', 'published', 'updated', 'published', 'created'],
    ]);
    expect(text).not.toMatch(/hidden-(?:text|value)/);
    await eventually(
      () =>
        t.app
          .get(Mongo)
          .collection('notification_template_versions')
          .countDocuments({ template_id: entries[0]?.['resource_id'] as string }),
      (count) => count === 0,
    );
  });

  it('of another organisation are not there', async () => {
    const key = await client.published();
    const { token } = await seedTenant(t.app);
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/publish'],
      ['GET', '/versions/1'],
      ['GET', '/export'],
    ] as const)
      expect((await request(t.app, method, at(key, rest), { token })).status).toBe(404);
    const body = { locale: 'en', variables: { name: 'A', count: 1 } };
    expect((await request(t.app, 'POST', at(key, '/render'), { token, body })).status).toBe(404);
    expect((await client.ask('POST', at(key, '/render'), body)).status).toBe(200);
  });

  it('refuse what they cannot keep, by its path', async () => {
    const paths = async (more: object) => {
      const { status, body } = await client.ask('POST', TEMPLATES, aTemplate(more));
      return [status, problemShape.parse(body).errors.map(({ path }) => path)];
    };
    expect(await paths({ default_locale: 'not a tag' })).toEqual([422, ['default_locale']]);
    expect(await paths({ variants: { e: {} } })).toEqual([422, ['variants.e']]);
    expect(await paths({ variants: { 'en-us': { body: 'a' }, 'en-US': { body: 'b' } } })).toEqual([
      422,
      ['variants.en-US'],
    ]);
    expect(await paths({ variants: { en: { body: 'x'.repeat(32_769) } } })).toEqual([
      422,
      ['variants.en.body'],
    ]);
    expect(await paths({ sample: { constructor: 1 } })).toEqual([422, ['sample.constructor']]);
    expect(await paths({ channel: 'pigeon' })).toEqual([422, ['channel']]);
    const key = await client.created();
    expect((await client.ask('PUT', at(key), { ...aTemplate(), key: 'other' })).status).toBe(422);
    expect((await client.ask('PATCH', at(key), { channel: 'sms' })).status).toBe(422);
    expect((await client.ask('PUT', at('absent'), { default_locale: 'en', variants: {} })).status).toBe(404);
    for (const body of [
      { locale: 'en', time_zone: 'Mars/Olympus' },
      { locale: '!' },
      { locale: 'en', variables: { a: 'x'.repeat(140_000) } },
    ])
      expect((await client.ask('POST', at(key, '/render'), body)).status).toBe(422);
  });

  it('stall the event loop for no request', async () => {
    const long = (text: string) => text.repeat(Math.floor(32_000 / text.length));
    const locales = [...'abcdefghijklmnopqrstuvwxyz'].flatMap((first) =>
      ['e', 'n'].map((last) => `${first}${last}`),
    );
    const everywhere = (variant: object) => Object.fromEntries(locales.map((tag) => [tag, variant]));
    const name = `bomb-${newId()}`;
    const layout = '<p>'.repeat(2_000) + '{> content}' + '</p>'.repeat(2_000);
    expect((await client.ask('POST', PARTIALS, { name, variants: { und: { html: layout } } })).status).toBe(
      201,
    );
    const hostile: readonly object[] = [
      { variants: everywhere({ body: long('{name} ').slice(0, 9_000) }) },
      { variants: everywhere({ html: `{> ${name}}a` }) },
      { variants: { en: { body: long('{'), html: long('<p id="a">') } } },
      { variants: { en: { body: long('{count, plural, one {#} other {#}}') } } },
      { variants: Object.fromEntries(Array.from({ length: 3_900 }, (_, n) => [`aaaa-${n}`, {}])) },
      { sample: { list: Array.from({ length: 3_900 }, (_, n) => n) } },
      { variables: { enum: Array.from({ length: 3_900 }, (_, n) => n) } },
    ];
    for (const [at_, more] of hostile.entries()) {
      const key = `hostile-${newId()}`;
      const stall = await usualLongestTurnMs(async () => {
        await client.ask('PUT', at(key, '/import'), { ...aTemplate(more), key: undefined });
        await client.ask('POST', at(key, '/publish'));
        await client.ask('POST', at(key, '/preview'), {});
        await client.ask('PATCH', at(key), { sample: { list: Array.from({ length: 3_900 }, (_, n) => -n) } });
        await client.ask('GET', at(key, '/versions/1/diff/draft'));
      });
      expect({ at_, isShort: stall < MAX_STALL_MS, stall }).toMatchObject({ isShort: true });
    }
  });
});
