import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { NotificationTemplatesDemo } from '../../../src/modules/notification-templates/notification-templates.demo.js';
import { seedTenant } from '../../factories/tenant.js';
import { pageShape, problemShape } from '../../support/shapes.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';
import {
  at,
  codes,
  PARTIALS,
  renderedShape,
  TemplateClient,
  TEMPLATES,
  templateShape,
  VARIABLES,
  VARIANTS,
} from './template-client.js';

describe('notification templates', () => {
  let t: TestApp;
  let client: TemplateClient;
  beforeAll(async () => {
    t = await createTestApp();
    client = new TemplateClient(t);
  });
  afterAll(() => t.close());

  it('are drafts until they are published, and are rendered by version', async () => {
    const key = await client.created();
    const ada = { locale: 'de-AT', variables: { name: 'Ada', count: 1 } };
    expect(await codes(client.ask('POST', at(key, '/render'), ada))).toEqual([
      404,
      'notification_templates.not_published',
    ]);
    expect(await client.render(key, { ...ada, version: 'draft' })).toMatchObject({ version: 'draft' });
    expect(await client.publish(key)).toMatchObject({ published_version: 1, has_unpublished_changes: false });
    expect(await client.render(key, ada)).toEqual({
      fields: {
        subject: { text: 'Hallo Ada', locale: 'de' },
        body: { text: 'You have 1 message, Ada.', locale: 'en' },
      },
      version: 1,
    });
    expect(await codes(client.ask('POST', at(key, '/render'), { ...ada, strict: true }))).toEqual([
      ...[422, 'notification_templates.mixed_locales'],
    ]);
    const patched = await client.ask('PATCH', at(key), {
      variants: { de: { body: 'Hallo, {name}, {count, plural, one {#} other {#}}.' } },
    });
    expect(templateShape.parse(patched.body)).toMatchObject({
      published_version: 1,
      has_unpublished_changes: true,
    });
    expect((await client.render(key, ada)).fields['body']).toMatchObject({ locale: 'en' });
    expect((await client.publish(key)).published_version).toBe(2);
    expect(await client.render(key, { ...ada, strict: true })).toMatchObject({ version: 2 });
    expect((await client.render(key, { ...ada, version: 1 })).fields['body']).toMatchObject({ locale: 'en' });
    expect(await codes(client.ask('POST', at(key, '/render'), { ...ada, version: 9 }))).toEqual([
      ...[404, 'notification_templates.version_not_found'],
    ]);
  });

  it('have versions, differences and rollbacks, which are new versions', async () => {
    const key = await client.published();
    await client.ask('PATCH', at(key), { variants: { en: { subject: 'Two {name}' } } });
    expect((await client.publish(key)).published_version).toBe(2);
    const diff = await client.ask('GET', at(key, '/versions/1/diff/2'));
    expect(diff.body).toEqual({
      ...{ from: 1, to: 2 },
      patch: [{ op: 'replace', path: '/variants/en/subject', value: 'Two {name}' }],
    });
    expect((await client.publish(key)).published_version).toBe(2);
    const back = await client.ask('POST', at(key, '/rollback'), { version: 1 });
    expect(templateShape.parse(back.body)).toMatchObject({
      published_version: 3,
      has_unpublished_changes: false,
    });
    expect(
      (await client.render(key, { locale: 'en', variables: { name: 'A', count: 1 } })).fields['subject'],
    ).toMatchObject({
      text: 'Hello A',
    });
    // A draft that was changed since stays as it is.
    await client.ask('PATCH', at(key), { variants: { en: { subject: 'Draft {name}' } } });
    const again = templateShape.parse((await client.ask('POST', at(key, '/rollback'), { version: 2 })).body);
    expect(again).toMatchObject({ published_version: 4, has_unpublished_changes: true });
    expect(again.variants['en']?.['subject']).toBe('Draft {name}');
    expect((await client.ask('GET', at(key, '/versions/4/diff/draft'))).body).toMatchObject({
      patch: [{ op: 'replace' }],
    });
    const version = z.looseObject({ version: z.number(), kind: z.string(), of: z.number().nullable() });
    const first = pageShape(version).parse((await client.ask('GET', at(key, '/versions?limit=3'))).body);
    const rest = pageShape(version).parse(
      (await client.ask('GET', at(key, `/versions?limit=3&cursor=${first.page.next_cursor}`))).body,
    );
    expect([...first.data, ...rest.data].map((one) => [one.version, one.kind, one.of])).toEqual([
      [4, 'rolled_back', 2],
      [3, 'rolled_back', 1],
      [2, 'published', null],
      [1, 'published', null],
    ]);
    expect((await client.ask('GET', at(key, '/versions/1'))).body).toMatchObject({
      version: 1,
      variants: VARIANTS,
    });
    for (const [method, rest, body] of [
      ['GET', '/versions/5', undefined],
      ['GET', '/versions/1/diff/5', undefined],
      ['POST', '/rollback', { version: 5 }],
    ] as const)
      expect(await codes(client.ask(method, at(key, rest), body))).toEqual([
        404,
        'notification_templates.version_not_found',
      ]);
    expect((await client.ask('GET', at(key, '/versions/x'))).status).toBe(400);
  });

  it('are not published with faults, each named by locale, field and position', async () => {
    const key = await client.created({
      variants: {
        en: { subject: 'Hi\n {nobody}', html: '<p onclick="x()">a</p>' },
        pl: { body: '{count, plural, one {#} other {#}} {name}' },
      },
    });
    const answer = await client.ask('POST', at(key, '/publish'));
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
    expect(await codes(client.ask('POST', at(key, '/preview'), {}))).toEqual([
      422,
      'notification_templates.unpublishable',
    ]);
  });

  it('come back equal from a file, under any key', async () => {
    const key = await client.published({
      fallback_locales: ['de'],
      variables: { ...VARIABLES, $defs: { 'a.b': { type: 'string' } } },
    });
    const file = (await client.ask('GET', at(key, '/export'))).body;
    const copy = `copy-${newId()}`;
    expect((await client.ask('PUT', at(copy, '/import'), file)).status).toBe(201);
    expect((await client.ask('GET', at(copy, '/export'))).text).toBe(
      (await client.ask('GET', at(key, '/export'))).text,
    );
    expect((await client.ask('PUT', at(copy, '/import'), file)).status).toBe(200);
    expect((await client.publish(copy)).published_version).toBe(1);
    expect(
      await codes(client.ask('PUT', at(copy, '/import'), { ...(file as object), channel: 'sms' })),
    ).toEqual([...[422, 'request.invalid']]);
  });

  it('are shown as JSON or as a page in which nothing runs', async () => {
    const key = await client.created({
      key: `<b>-${newId()}`,
      variants: { en: { subject: '{name} & <co>', html: '<p title="{name}">{name}</p>' } },
    });
    const json = await client.ask('POST', at(key, '/preview'), {});
    expect(renderedShape.parse(json.body).fields).toEqual({
      subject: { text: 'Ada & <co>', locale: 'en' },
      html: { text: '<p title="Ada">Ada</p>', locale: 'en' },
    });
    const page = await client.ask('POST', at(key, '/preview'), {}, { accept: 'text/html' });
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
    expect((await client.ask('POST', PARTIALS, partial('Bye {name}'))).status).toBe(201);
    expect(await codes(client.ask('POST', PARTIALS, partial('x')))).toEqual([
      409,
      'template_partials.name_taken',
    ]);
    const key = await client.published({ variants: { en: { body: `Hi. {> ${name}}` } } });
    const shown = async (version?: 'draft') =>
      (await client.render(key, { locale: 'en', variables: { name: 'A' }, ...(version && { version }) }))
        .fields['body']?.text;
    expect(await shown()).toBe('Hi. Bye A');
    expect((await client.ask('PUT', `${PARTIALS}/${name}`, partial('Ciao {name}'))).status).toBe(200);
    expect([await shown(), await shown('draft')]).toEqual(['Hi. Bye A', 'Hi. Ciao A']);
    expect((await client.publish(key)).published_version).toBe(2);
    expect(await shown()).toBe('Hi. Ciao A');
    expect(await codes(client.ask('DELETE', `${PARTIALS}/${name}`))).toEqual([
      409,
      'template_partials.in_use',
    ]);
    await client.ask('PATCH', at(key), { variants: { en: { body: 'Hi {name}' } } });
    expect((await client.ask('DELETE', `${PARTIALS}/${name}`))?.status).toBe(204);
    expect((await client.ask('GET', `${PARTIALS}/${name}`)).status).toBe(404);
    expect(await shown()).toBe('Hi. Ciao A');
    expect((await client.ask('POST', PARTIALS, partial('again'))).status).toBe(201);
    const { body } = await client.ask('GET', `${PARTIALS}?limit=200`);
    const listed = pageShape(z.looseObject({ name: z.string() })).parse(body).data;
    expect(listed.filter((one) => one.name === name)).toHaveLength(1);
  });

  it('are listed newest first, without their texts', async () => {
    const keys = [
      await client.created(),
      await client.published({ channel: 'push' }),
      await client.created({ channel: 'push' }),
    ];
    const { body } = await client.ask('GET', `${TEMPLATES}?channel=push&limit=2`);
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
      const { status, body, text } = await request(t.app, 'POST', `${TEMPLATES}/demo.order_shipped/preview`, {
        ...{ token: tenant.token, body: { locale, strict: true, version: 1 } },
      });
      if (status !== 200) throw new Error(text);
      expect(renderedShape.parse(body).fields['html']?.text).toContain('https://example.com/orders/42');
    }
  });
});
