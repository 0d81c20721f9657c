import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenAPIObject } from '@nestjs/swagger';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { declaredExample } from '../../src/ops/openapi/example-of.js';
import { type Operation, operationsOf, type PlacedOperation } from '../../src/ops/openapi/openapi-types.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** The routes that the server really has, from its own tree of routes; not those of the page itself. */
function registeredRoutes(tree: string): string[] {
  const segments: string[] = [];
  const routes: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', segment, methods] = /^([│\s]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (segment === undefined) continue;
    const depth = indent.length / 4;
    segments.length = depth;
    segments[depth] = segment === '(empty root node)' ? '' : segment;
    const path = segments.join('').replace(/:(\w+)/g, '{$1}');
    for (const method of (methods ?? '').split(', ')) if (method !== '') routes.push(`${method} ${path}`);
  }
  return routes;
}

const statusesOf = ({ responses }: Operation): string[] => Object.keys(responses);
const nameOf = ({ method, path }: PlacedOperation): string => `${method.toUpperCase()} ${path}`;

describe('the OpenAPI document', () => {
  let t: TestApp;
  let document: OpenAPIObject;
  let operations: PlacedOperation[] = [];

  beforeAll(async () => {
    t = await createTestApp();
    const answer = await t.request('GET', '/api/openapi.json', { token: null });
    expect(answer.status).toBe(200);
    document = answer.body as OpenAPIObject;
    operations = operationsOf(document);
  });
  afterAll(() => t.close());

  const faulty = (isFaulty: (placed: PlacedOperation) => boolean): string[] =>
    operations.filter(isFaulty).map(nameOf);

  it('is OpenAPI 3.1 with what every document must have', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Triptych', version: expect.any(String) });
    expect(document.servers).toEqual([{ url: '/' }]);
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/'))).toEqual([]);
    expect(document.components?.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
      apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    });
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference = '']) => reference,
    );
    expect(references.length).toBeGreaterThan(50);
    const resolve = (reference: string): unknown =>
      reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect(
      references.filter((reference) => !reference.startsWith('#/') || resolve(reference) === undefined),
    ).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('nestjs_zod');
  });

  it('links the answer of a creation to the operations of the record', () => {
    const created = document.paths['/api/v1/tags']?.post?.responses[201];
    const links = created && 'links' in created ? created.links : undefined;
    expect(Object.keys(links ?? {}).toSorted()).toEqual(
      ['get', 'patch', 'delete', 'put']
        .flatMap((method) =>
          operations
            .filter((placed) => placed.method === method && /^\/api\/v1\/tags\/\{\w+\}$/.test(placed.path))
            .map(({ operation }) => operation.operationId ?? ''),
        )
        .toSorted(),
    );
    const ids = new Set(operations.map(({ operation }) => operation.operationId));
    const linked = operations.flatMap(({ operation: { responses } }) =>
      Object.values(responses).flatMap((response) =>
        response && 'links' in response ? Object.values(response.links ?? {}) : [],
      ),
    );
    expect(linked.length).toBeGreaterThan(40);
    expect(linked.filter((link) => !('operationId' in link) || !ids.has(link.operationId))).toEqual([]);
  });

  it('has every route of the server, and no other; the rest answers 405', async () => {
    const tree = t.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const served = registeredRoutes(tree).filter((route) => !/^(?:HEAD|OPTIONS) | \/docs/.test(route));
    const documented = new Set(operations.map(nameOf));
    expect(documented.size).toBeGreaterThan(20);
    expect([...documented].filter((route) => !served.includes(route))).toEqual([]);
    for (const route of served.filter((candidate) => !documented.has(candidate))) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await t.request(method, path.replaceAll(/\{\w+\}/g, t.tenant.userId));
      expect({ route, status: answer.status }).toEqual({ route, status: 405 });
      const has = operations
        .filter((placed) => placed.path === path)
        .map((placed) => placed.method.toUpperCase());
      expect(answer.headers['allow']?.split(', ')).toEqual(expect.arrayContaining(has));
    }
  });

  it('names each operation once and says in a sentence what it does', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      faulty(({ operation }) => !operation.operationId || !operation.summary || !operation.tags?.length),
    ).toEqual([]);
  });

  it('has a success and the errors of every route', () => {
    expect(
      faulty(({ operation }) => !statusesOf(operation).some((status) => status.startsWith('2'))),
    ).toEqual([]);
    // Stripe's contract has no 422: what is no event of its is a 400.
    const ofTheApi = operations.filter(
      ({ path }) => path.startsWith('/api/v1/') && path !== '/api/v1/webhooks/stripe',
    );
    for (const placed of ofTheApi) {
      const statuses = statusesOf(placed.operation);
      const expected = ['400', '408', '414', '417', '431', '500', '503'];
      if (placed.operation.security?.length) expected.push('401', '403');
      if (placed.path.includes('{')) expected.push('404');
      if (placed.operation.requestBody) expected.push('413', '415', '422');
      expect({
        route: nameOf(placed),
        missing: expected.filter((status) => !statuses.includes(status)),
      }).toEqual({
        route: nameOf(placed),
        missing: [],
      });
    }
  });

  const parametersOf = ({ parameters = [] }: Operation): string[] =>
    parameters.flatMap((parameter) => ('name' in parameter ? [parameter.name.toLowerCase()] : []));

  it('says of every read that is answered with a validator that it may be answered with 304', async () => {
    // A stream does not end, and has no validator.
    const reads = operations.filter(
      ({ method, operation }) =>
        method === 'get' && !JSON.stringify(operation.responses[200] ?? {}).includes('text/event-stream'),
    );
    let validated = 0;
    for (const placed of reads) {
      const path = placed.path.replaceAll(/\{\w+\}/g, t.tenant.orgId);
      const first = await t.request('GET', path);
      const etag = first.headers['etag'];
      if (first.status !== 200 || etag === undefined) continue;
      const again = await t.request('GET', path, { headers: { 'if-none-match': etag } });
      if (again.status !== 304) continue;
      validated += 1;
      const isSaid = statusesOf(placed.operation).includes('304');
      expect({ route: nameOf(placed), isSaid }).toEqual({ route: nameOf(placed), isSaid: true });
    }
    expect(validated).toBeGreaterThan(8);
    // Pages for clients that do not ask for the stream.
    const output = document.paths['/api/v1/executions/{id}/output']?.get;
    expect(output && statusesOf(output)).toContain('304');
  });

  it('names the header that chooses the organisation wherever there is a caller, and what logout may find', () => {
    const withCaller = operations.filter(
      ({ path, operation }) => path.startsWith('/api/v1/') && (operation.security ?? []).length > 0,
    );
    expect(withCaller.length).toBeGreaterThan(15);
    const silent = withCaller.filter(
      ({ operation }) => !parametersOf(operation).includes('x-organization-id'),
    );
    expect(silent.map(nameOf)).toEqual([]);
    expect(document.paths['/api/v1/auth/logout']?.post?.responses[404]).toEqual({
      $ref: '#/components/responses/NotFound',
    });
  });

  it('says of each field that may be null what it is otherwise', () => {
    const schemas = document.components?.schemas ?? {};
    const typeOf = (name: string, field: string): unknown => {
      const schema = schemas[`${name}_Output`];
      const property = schema && 'properties' in schema ? schema.properties?.[field] : undefined;
      return property && 'type' in property ? [property.type].flat() : property;
    };
    const text = ['string', 'null'];
    expect(typeOf('UserResponse', 'avatar')).toEqual(text);
    expect(typeOf('VerifyRunResponse', 'ok')).toEqual(['boolean', 'null']);
    expect(
      ['user_id', 'user_email', 'resource_id'].map((field) => typeOf('ActivityResponse', field)),
    ).toEqual([text, text, text]);
    expect(typeOf('VerifyRunResponse', 'checks')).toEqual(['array']);
    expect(typeOf('NewApiKeyResponse', 'key')).toEqual(text);
  });

  it('demands a credential exactly where the server does', async () => {
    for (const placed of operations) {
      const { path, method, operation } = placed;
      const answer = await t.request(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, t.tenant.userId), {
        token: null,
      });
      const isRefused = answer.status === 401 && operation.tags?.[0] !== 'auth';
      const isDemanded =
        (operation.security ?? []).length > 0 && path !== '/metrics' && operation.tags?.[0] !== 'auth';
      expect({ route: nameOf(placed), isRefused }).toEqual({ route: nameOf(placed), isRefused: isDemanded });
    }
  });

  it('shows an example of every body that is sent', () => {
    const schemas = document.components?.schemas ?? {};
    const withoutExample = faulty(({ operation: { requestBody } }) => {
      if (!requestBody || !('content' in requestBody)) return false;
      const media = Object.values(requestBody.content);
      return media.some(
        ({ schema, example }) => !schema || (example ?? declaredExample(schema, schemas)) === undefined,
      );
    });
    expect(withoutExample).toEqual([]);
  });

  it('shows no example that its own schema refuses', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'document');
    const part = (text: string) => `/${encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
    let compared = 0;
    const wrong = operations.flatMap((placed) =>
      Object.entries(placed.operation.responses).flatMap(([status, response]) => {
        if (!response || '$ref' in response) return [];
        return Object.entries(response.content ?? {}).flatMap(([type, media]) => {
          if (!/^application\/(?:[a-z.]+\+)?json$/.test(type) || !media.schema) return [];
          const at = ['paths', placed.path, placed.method, 'responses', status, 'content', type, 'schema'];
          const validate = ajv.compile({ $ref: `document#${at.map(part).join('')}` });
          compared += 1;
          return validate(media.example)
            ? []
            : [`${nameOf(placed)} ${status}: ${ajv.errorsText(validate.errors)}`];
        });
      }),
    );
    expect(compared).toBeGreaterThan(30);
    expect(wrong).toEqual([]);
  });

  it('shows an example of every body that is answered', () => {
    const withoutExample = faulty(({ operation }) =>
      Object.values(operation.responses).some((response) => {
        const content = response && 'content' in response ? Object.values(response.content ?? {}) : [];
        return content.some(({ example }) => example === undefined);
      }),
    );
    expect(withoutExample).toEqual([]);
  });

  it('is sent again only when it has changed', async () => {
    const first = await t.request('GET', '/api/openapi.json', { token: null });
    const headers = { 'if-none-match': first.headers['etag'] ?? '' };
    const again = await t.request('GET', '/api/openapi.json', { token: null, headers });
    expect(again.status).toBe(304);
    expect(again.text).toBe('');
  });

  it('is shown by a page whose parts are all served here', async () => {
    const page = await t.request('GET', '/docs', { token: null });
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self';/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.filter((part) => /^(?:https?:)?\/\//.test(part))).toEqual([]);
    for (const part of parts) {
      const asset = await t.request('GET', new URL(part, 'http://localhost/docs').pathname, { token: null });
      expect({ part, status: asset.status }).toEqual({ part, status: 200 });
    }
  });
});
