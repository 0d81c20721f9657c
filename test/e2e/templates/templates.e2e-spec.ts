import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { NotificationTemplatesDemo } from '../../../src/modules/notification-templates/notification-templates.demo.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { seedTenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { activityShape, pageShape, problemShape } from '../../support/shapes.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/notification-templates';
const PARTIALS = '/api/v1/template-partials';
const VARIABLES = {
  type: 'object',
  properties: { name: { type: 'string' }, count: { type: 'integer' }, url: { type: 'string' } },
  required: ['name'],
};
const VARIANTS = {
  en: {
    subject: 'Hello {name}',
    body: 'You have {count, plural, one {# message} other {# messages}}, {name}.',
  },
  de: { subject: 'Hallo {name}' },
};

const templateShape = z.looseObject({
  key: z.string(),
  variants: z.record(z.string(), z.record(z.string(), z.string())),
  published_version: z.number().nullable(),
  has_unpublished_changes: z.boolean(),
});
const renderedShape = z.object({
  fields: z.record(z.string(), z.object({ text: z.string(), locale: z.string() })),
  version: z.union([z.number(), z.literal('draft')]),
});

describe('notification templates', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    t.request(method, path, { ...(body !== undefined && { body }), headers });
  const at = (key: string, rest = '') => `${PATH}/${encodeURIComponent(key)}${rest}`;
  const template = (more: object = {}) => ({
    ...{ key: `t-${newId()}`, channel: 'email', default_locale: 'en' },
    ...{ variables: VARIABLES, sample: { name: 'Ada', count: 2 }, variants: VARIANTS, ...more },
  });
  const created = async (more: object = {}): Promise<string> => {
    const given = template(more);
    const answer = await ask('POST', PATH, given);
    if (answer.status !== 201) throw new Error(answer.text);
    return given.key;
  };
  const publish = async (key: string) => templateShape.parse((await ask('POST', at(key, '/publish'))).body);
  const published = async (more: object = {}): Promise<string> => {
    const key = await created(more);
    expect((await publish(key)).published_version).toBe(1);
    return key;
  };
  const render = async (key: string, body: object) =>
    renderedShape.parse((await ask('POST', at(key, '/render'), body)).body);
  const codes = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    return [status, problemShape.parse(body).code];
  };

  it('are drafts until they are published, and are rendered by version', async () => {
    const key = await created();
    const ada = { locale: 'de-AT', variables: { name: 'Ada', count: 1 } };
    expect(await codes(ask('POST', at(key, '/render'), ada))).toEqual([
      404,
      'notification_templates.not_published',
    ]);
    expect(await render(key, { ...ada, version: 'draft' })).toMatchObject({ version: 'draft' });
    expect(await publish(key)).toMatchObject({ published_version: 1, has_unpublished_changes: false });
    expect(await render(key, ada)).toEqual({
      fields: {
        subject: { text: 'Hallo Ada', locale: 'de' },
        body: { text: 'You have 1 message, Ada.', locale: 'en' },
      },
      version: 1,
    });
    expect(await codes(ask('POST', at(key, '/render'), { ...ada, strict: true }))).toEqual([
      ...[422, 'notification_templates.mixed_locales'],
    ]);
    const patched = await ask('PATCH', at(key), {
      variants: { de: { body: 'Hallo, {name}, {count, plural, one {#} other {#}}.' } },
    });
    expect(templateShape.parse(patched.body)).toMatchObject({
      published_version: 1,
      has_unpublished_changes: true,
    });
    expect((await render(key, ada)).fields['body']).toMatchObject({ locale: 'en' });
    expect((await publish(key)).published_version).toBe(2);
    expect(await render(key, { ...ada, strict: true })).toMatchObject({ version: 2 });
    expect((await render(key, { ...ada, version: 1 })).fields['body']).toMatchObject({ locale: 'en' });
    expect(await codes(ask('POST', at(key, '/render'), { ...ada, version: 9 }))).toEqual([
      ...[404, 'notification_templates.version_not_found'],
    ]);
  });

  it('have versions, differences and rollbacks, which are new versions', async () => {
    const key = await published();
    await ask('PATCH', at(key), { variants: { en: { subject: 'Two {name}' } } });
    expect((await publish(key)).published_version).toBe(2);
    const diff = await ask('GET', at(key, '/versions/1/diff/2'));
    expect(diff.body).toEqual({
      ...{ from: 1, to: 2 },
      patch: [{ op: 'replace', path: '/variants/en/subject', value: 'Two {name}' }],
    });
    expect((await publish(key)).published_version).toBe(2);
    const back = await ask('POST', at(key, '/rollback'), { version: 1 });
    expect(templateShape.parse(back.body)).toMatchObject({
      published_version: 3,
      has_unpublished_changes: false,
    });
    expect(
      (await render(key, { locale: 'en', variables: { name: 'A', count: 1 } })).fields['subject'],
    ).toMatchObject({
      text: 'Hello A',
    });
    // A draft that was changed since stays as it is.
    await ask('PATCH', at(key), { variants: { en: { subject: 'Draft {name}' } } });
    const again = templateShape.parse((await ask('POST', at(key, '/rollback'), { version: 2 })).body);
    expect(again).toMatchObject({ published_version: 4, has_unpublished_changes: true });
    expect(again.variants['en']?.['subject']).toBe('Draft {name}');
    expect((await ask('GET', at(key, '/versions/4/diff/draft'))).body).toMatchObject({
      patch: [{ op: 'replace' }],
    });
    const version = z.looseObject({ version: z.number(), kind: z.string(), of: z.number().nullable() });
    const first = pageShape(version).parse((await ask('GET', at(key, '/versions?limit=3'))).body);
    const rest = pageShape(version).parse(
      (await ask('GET', at(key, `/versions?limit=3&cursor=${first.page.next_cursor}`))).body,
    );
    expect([...first.data, ...rest.data].map((one) => [one.version, one.kind, one.of])).toEqual([
      [4, 'rolled_back', 2],
      [3, 'rolled_back', 1],
      [2, 'published', null],
      [1, 'published', null],
    ]);
    expect((await ask('GET', at(key, '/versions/1'))).body).toMatchObject({ version: 1, variants: VARIANTS });
    for (const [method, rest, body] of [
      ['GET', '/versions/5', undefined],
      ['GET', '/versions/1/diff/5', undefined],
      ['POST', '/rollback', { version: 5 }],
    ] as const)
      expect(await codes(ask(method, at(key, rest), body))).toEqual([
        404,
        'notification_templates.version_not_found',
      ]);
    expect((await ask('GET', at(key, '/versions/x'))).status).toBe(400);
  });

  it('are not published with faults, each named by locale, field and position', async () => {
    const key = await created({
      variants: {
        en: { subject: 'Hi\n {nobody}', html: '<p onclick="x()">a</p>' },
        pl: { body: '{count, plural, one {#} other {#}} {name}' },
      },
    });
    const answer = await ask('POST', at(key, '/publish'));
    expect(answer.status).toBe(422);
    const { code, errors } = problemShape.parse(answer.body);
    expect(code).toBe('notification_templates.unpublishable');
    expect(errors).toEqual([
      expect.objectContaining({
        path: 'variants.en.subject',
        code: 'undeclared_variable',
        message: expect.stringMatching(/^line 2, column 2:/),
      }),
      expect.objectContaining({ path: 'variants.en.html', code: 'html_refused' }),
      expect.objectContaining({
        path: 'variants.pl.body',
        code: 'plural_category',
        message: expect.stringContaining('"few", "many"'),
      }),
    ]);
    expect(await codes(ask('POST', at(key, '/preview'), {}))).toEqual([
      422,
      'notification_templates.unpublishable',
    ]);
  });

  it('come back equal from a file, under any key', async () => {
    const key = await published({
      fallback_locales: ['de'],
      variables: { ...VARIABLES, $defs: { 'a.b': { type: 'string' } } },
    });
    const file = (await ask('GET', at(key, '/export'))).body;
    const copy = `copy-${newId()}`;
    expect((await ask('PUT', at(copy, '/import'), file)).status).toBe(201);
    expect((await ask('GET', at(copy, '/export'))).text).toBe((await ask('GET', at(key, '/export'))).text);
    expect((await ask('PUT', at(copy, '/import'), file)).status).toBe(200);
    expect((await publish(copy)).published_version).toBe(1);
    expect(await codes(ask('PUT', at(copy, '/import'), { ...(file as object), channel: 'sms' }))).toEqual([
      ...[422, 'request.invalid'],
    ]);
  });

  it('are shown as JSON or as a page in which nothing runs', async () => {
    const key = await created({
      key: `<b>-${newId()}`,
      variants: { en: { subject: '{name} & <co>', html: '<p title="{name}">{name}</p>' } },
    });
    const json = await ask('POST', at(key, '/preview'), {});
    expect(renderedShape.parse(json.body).fields).toEqual({
      subject: { text: 'Ada & <co>', locale: 'en' },
      html: { text: '<p title="Ada">Ada</p>', locale: 'en' },
    });
    const page = await ask('POST', at(key, '/preview'), {}, { accept: 'text/html' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/; sandbox$/);
    expect(policy).not.toContain('script-src');
    expect(page.text).toContain('srcdoc="&lt;p title=&quot;Ada&quot;&gt;Ada&lt;/p&gt;"');
    expect(page.text).toContain('Ada &amp; &lt;co&gt;');
    expect(page.text).not.toContain('<b>-');
  });

  it('keep the partials that they were published with', async () => {
    const name = `footer-${newId()}`;
    const partial = (body: string) => ({ name, variants: { und: { body } } });
    expect((await ask('POST', PARTIALS, partial('Bye {name}'))).status).toBe(201);
    expect(await codes(ask('POST', PARTIALS, partial('x')))).toEqual([409, 'template_partials.name_taken']);
    const key = await published({ variants: { en: { body: `Hi. {> ${name}}` } } });
    const shown = async (version?: 'draft') =>
      (await render(key, { locale: 'en', variables: { name: 'A' }, ...(version && { version }) })).fields[
        'body'
      ]?.text;
    expect(await shown()).toBe('Hi. Bye A');
    expect((await ask('PUT', `${PARTIALS}/${name}`, partial('Ciao {name}'))).status).toBe(200);
    expect([await shown(), await shown('draft')]).toEqual(['Hi. Bye A', 'Hi. Ciao A']);
    expect((await publish(key)).published_version).toBe(2);
    expect(await shown()).toBe('Hi. Ciao A');
    expect(await codes(ask('DELETE', `${PARTIALS}/${name}`))).toEqual([409, 'template_partials.in_use']);
    await ask('PATCH', at(key), { variants: { en: { body: 'Hi {name}' } } });
    expect((await ask('DELETE', `${PARTIALS}/${name}`))?.status).toBe(204);
    expect((await ask('GET', `${PARTIALS}/${name}`)).status).toBe(404);
    expect(await shown()).toBe('Hi. Ciao A');
    expect((await ask('POST', PARTIALS, partial('again'))).status).toBe(201);
    const { body } = await ask('GET', `${PARTIALS}?limit=200`);
    const listed = pageShape(z.looseObject({ name: z.string() })).parse(body).data;
    expect(listed.filter((one) => one.name === name)).toHaveLength(1);
  });

  it.each(['a/b', 'émoji 🚀', 'x'.repeat(200), '__proto__', '%2F'])(
    'stand under any key: %s',
    async (key) => {
      expect((await ask('POST', PATH, template({ key }))).status).toBe(201);
      expect(await codes(ask('POST', PATH, template({ key })))).toEqual([
        409,
        'notification_templates.key_taken',
      ]);
      expect((await publish(key)).key).toBe(key);
      expect((await ask('DELETE', at(key))).status).toBe(204);
      expect((await ask('GET', at(key))).status).toBe(404);
      expect((await ask('POST', at(key, '/render'), { locale: 'en' })).status).toBe(404);
      expect((await ask('POST', PATH, template({ key }))).status).toBe(201);
      expect((await ask('GET', at(key, '/versions'))).body).toMatchObject({ data: [] });
      expect((await ask('DELETE', at(key))).status).toBe(204);
      const versions = () =>
        t.app
          .get(Mongo)
          .collection('notification_template_versions')
          .countDocuments({ 'published.content.key': key });
      expect(await versions()).toBe(0);
    },
  );

  it('lose no change to another writer', async () => {
    const key = await created();
    const etag = (await ask('GET', at(key))).headers['etag'] ?? '';
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        ask('PATCH', at(key), { variants: { en: { subject: `${n} {name}` } } }, { 'if-match': etag }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(15).fill(412)]);
    expect((await ask('DELETE', at(key), undefined, { 'if-match': etag })).status).toBe(412);
    const many = await Promise.all(Array.from({ length: 16 }, () => ask('POST', at(key, '/publish'))));
    expect(new Set(many.map(({ body }) => templateShape.parse(body).published_version))).toEqual(
      new Set([1]),
    );
  });

  it('are made, published and rolled back once under one Idempotency-Key', async () => {
    const given = template();
    const keyed = () => ({ 'idempotency-key': `k-${newId()}` });
    const once = keyed();
    const made = await Promise.all(Array.from({ length: 8 }, () => ask('POST', PATH, given, once)));
    const done = made.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    expect(made.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const replayed = await ask('POST', PATH, given, once);
    expect([replayed.status, replayed.headers['idempotency-replayed'], replayed.text]).toEqual([
      201,
      'true',
      done[0]?.text,
    ]);
    const publishing = keyed();
    const first = await ask('POST', at(given.key, '/publish'), undefined, publishing);
    await ask('PATCH', at(given.key), { variants: { en: { subject: 'B {name}' } } });
    const second = await ask('POST', at(given.key, '/publish'), undefined, publishing);
    expect([second.text, second.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
    expect(templateShape.parse((await ask('GET', at(given.key))).body).published_version).toBe(1);
  });

  it('have one activity entry for each change, without texts and values', async () => {
    const key = await published({ sample: { name: 'hidden-value', count: 1 } });
    await ask('PATCH', at(key), { variants: { en: { subject: 'hidden-text {name}' } } });
    await publish(key);
    await ask('POST', at(key, '/rollback'), { version: 1 });
    await ask('DELETE', at(key));
    const { body, text } = await ask('GET', '/api/v1/activity?resource_type=notification_template&limit=200');
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
    const key = await published();
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
    expect((await ask('POST', at(key, '/render'), body)).status).toBe(200);
  });

  it('refuse what they cannot keep, by its path', async () => {
    const paths = async (more: object) => {
      const { status, body } = await ask('POST', PATH, template(more));
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
    const key = await created();
    expect((await ask('PUT', at(key), { ...template(), key: 'other' })).status).toBe(422);
    expect((await ask('PATCH', at(key), { channel: 'sms' })).status).toBe(422);
    expect((await ask('PUT', at('absent'), { default_locale: 'en', variants: {} })).status).toBe(404);
    for (const body of [
      { locale: 'en', time_zone: 'Mars/Olympus' },
      { locale: '!' },
      { locale: 'en', variables: { a: 'x'.repeat(140_000) } },
    ])
      expect((await ask('POST', at(key, '/render'), body)).status).toBe(422);
  });

  it('are listed newest first, without their texts', async () => {
    const keys = [await created(), await published({ channel: 'push' }), await created({ channel: 'push' })];
    const { body } = await ask('GET', `${PATH}?channel=push&limit=2`);
    const shape = z.strictObject({
      ...{ key: z.string(), channel: z.string(), default_locale: z.string(), locales: z.array(z.string()) },
      ...{ published_version: z.number().nullable(), has_unpublished_changes: z.boolean() },
      ...{ created_at: z.string(), updated_at: z.string() },
    });
    const { data } = pageShape(shape).parse(body);
    expect(data.map(({ key, published_version }) => [key, published_version])).toEqual([
      [keys[2], null],
      [keys[1], 1],
    ]);
  });

  it('include a demonstration in several languages, made once', async () => {
    const demo = t.app.get(NotificationTemplatesDemo, { strict: false });
    const tenant = await seedTenant(t.app);
    const owner = { organizationId: tenant.orgId, userId: tenant.userId };
    expect(await demo.seed(owner)).toHaveLength(1);
    expect(await demo.seed(owner)).toHaveLength(0);
    for (const locale of ['en', 'de', 'pl', 'ja']) {
      const { status, body, text } = await request(t.app, 'POST', `${PATH}/demo.order_shipped/preview`, {
        ...{ token: tenant.token, body: { locale, strict: true, version: 1 } },
      });
      if (status !== 200) throw new Error(text);
      expect(renderedShape.parse(body).fields['html']?.text).toContain('https://example.com/orders/42');
    }
  });
});
