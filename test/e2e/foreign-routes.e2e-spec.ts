import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Put, Query } from '@nestjs/common';
import { createZodDto, ZodResponse } from 'nestjs-zod';
import { z } from 'zod';

import { Cached, NoCache } from '../../src/cache/cached.decorator.js';
import { NotFound } from '../../src/common/errors/kinds.js';
import { CurrentPrincipal } from '../../src/common/http/current-principal.js';
import { type ForeignApi, ForeignContract } from '../../src/common/http/foreign/foreign-contract.js';
import { OFREP } from '../../src/common/http/foreign/ofrep.js';
import { SEGMENT } from '../../src/common/http/foreign/segment.js';
import { STRIPE } from '../../src/common/http/foreign/stripe.js';
import { UNLEASH } from '../../src/common/http/foreign/unleash.js';
import type { Principal } from '../../src/common/http/principal.js';
import { Overloaded } from '../../src/common/http/request-admission.js';
import { Unprefixed } from '../../src/common/http/route-prefix.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const UPPER_ID = '01981C7E-52A0-7B5E-9D42-0F3F6F1F8A11';
const ID = UPPER_ID.toLowerCase();

class Context extends createZodDto(z.looseObject({ context: z.looseObject({ targetingKey: z.string() }) })) {}
class Echo extends createZodDto(z.object({ params: z.record(z.string(), z.string()) })) {}

let runs = 0;

@ForeignContract(OFREP)
@Unprefixed()
@Controller('trial/ofrep')
class TrialOfrepController {
  @Post('flags/:key')
  @HttpCode(200)
  evaluate(@Body() body: Context, @Param('key') key: string): object {
    runs += 1;
    if (key === 'absent') throw new NotFound('There is no such flag.');
    return { key, value: body.context.targetingKey };
  }

  @Get('flags')
  @Cached({ resource: 'trial', source: 'mongodb' })
  flags(@CurrentPrincipal() { userId }: Principal, @Query('only') only?: string): object {
    runs += 1;
    return { userId, only: only ?? null };
  }
}

const contractOf = (api: ForeignApi, path: string) => {
  @ForeignContract(api)
  @Unprefixed()
  @Controller(path)
  class ContractController {
    @Get()
    @NoCache('says who is asking')
    get(@CurrentPrincipal() { kind, orgId }: Principal): object {
      return { kind, orgId };
    }
  }
  Object.defineProperty(ContractController, 'name', { value: `${api.name}Controller` });
  return ContractController;
};

@Unprefixed()
@Controller(['trial/things', 'api/v1/trial-things'])
class ThingsController {
  @Get(':id/:key')
  @Cached({ resource: 'trial', source: 'mongodb' })
  @ZodResponse({ status: 200, type: Echo })
  get(@Param() params: Record<string, string>): Echo {
    return { params };
  }

  @Put(':id/:key')
  @ZodResponse({ status: 200, type: Echo })
  put(@Param() params: Record<string, string>): Echo {
    return { params };
  }
}

@Module({
  controllers: [
    TrialOfrepController,
    ThingsController,
    contractOf(SEGMENT, 'trial/segment'),
    contractOf(UNLEASH, 'trial/unleash'),
    contractOf(STRIPE, 'trial/stripe'),
  ],
})
class TrialModule {}

describe('routes that stand where an older client or another contract has them', () => {
  let t: TestApp;
  let key: string;
  beforeAll(async () => {
    t = await createTestApp({}, [TrialModule]);
    const created = await t.request('POST', '/api/v1/api-keys', {
      body: { name: 'SDK', scopes: ['*'], environment: 'live' },
    });
    key = z.object({ key: z.string() }).parse(created.body).key;
  });
  afterAll(() => t.close());

  const withHeaders = (path: string, headers: Record<string, string>) =>
    t.request('GET', path, { token: null, headers });
  const basic = (user: string) => ({ authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}` });

  it('answer at each path of their controller, with any method, and 405 with Allow for others', async () => {
    for (const base of ['/trial/things', '/api/v1/trial-things']) {
      expect((await t.request('GET', `${base}/${ID}/y`)).body).toEqual({ params: { id: ID, key: 'y' } });
      expect((await t.request('PUT', `${base}/${ID}/y`)).status).toBe(200);
      const refused = await t.request('POST', `${base}/${ID}/y`);
      expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, HEAD, PUT']);
    }
    expect((await t.request('GET', `/api/v1/trial/things/${ID}/y`)).status).toBe(404);
    expect((await t.request('GET', `/trial/things/${ID}/y`, { token: null })).status).toBe(401);
    const metrics = await t.request('GET', '/metrics');
    expect(metrics.text).toContain('route="/trial/things/:id/:key"');
  });

  it('take keys of 512 characters, whatever is in them, and lower-case what is named an id alone', async () => {
    const odd = `a/b %?#&é${UPPER_ID}`.padEnd(512, '/');
    const path = `/trial/things/${UPPER_ID}/${encodeURIComponent(odd)}`;
    const answer = await t.request('GET', path);
    expect(answer.body).toEqual({ params: { id: UPPER_ID.toLowerCase(), key: odd } });
    expect((await t.request('GET', path)).headers['cache-status']).toMatch(/hit/);
    const other = await t.request('GET', `/trial/things/${ID}/${UPPER_ID}`);
    expect(other.body).toEqual({ params: { id: ID, key: UPPER_ID } });
    expect((await t.request('GET', `/trial/things/${ID}/${'k'.repeat(513)}`)).status).not.toBe(200);
  });

  it('read the credential in the form of each contract', async () => {
    const expected = { kind: 'api_key', orgId: t.tenant.orgId };
    expect((await withHeaders('/trial/segment', basic(key))).body).toEqual(expected);
    expect((await withHeaders('/trial/unleash', { authorization: key })).body).toEqual(expected);
    expect((await withHeaders('/trial/unleash', { authorization: `Bearer ${key}` })).body).toEqual(expected);
    expect((await withHeaders('/trial/ofrep/flags', { 'x-api-key': key })).status).toBe(200);
    expect((await withHeaders('/trial/ofrep/flags', { authorization: `Bearer ${key}` })).status).toBe(200);
    const refused = [
      await withHeaders('/trial/segment', { authorization: `Basic ${key}` }),
      await withHeaders('/trial/segment', {}),
      await withHeaders('/trial/unleash', basic(key)),
      // A session is none of these clients' credentials.
      await withHeaders('/trial/unleash', { authorization: t.tenant.token }),
      await withHeaders('/api/v1/users', { authorization: key }),
      await withHeaders('/api/v1/users', basic(key)),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 401));
  });

  it('fail in the form of each contract', async () => {
    const post = (path: string, body: unknown) =>
      t.request('POST', path, { token: key, body, headers: { 'idempotency-key': 'ignored' } });
    const absent = await post('/trial/ofrep/flags/absent', { context: { targetingKey: 'u' } });
    expect([absent.status, absent.body]).toEqual([
      404,
      { key: 'absent', errorCode: 'FLAG_NOT_FOUND', errorDetails: 'There is no such flag.' },
    ]);
    const missing = await post('/trial/ofrep/flags/f', { context: {} });
    expect([missing.status, missing.body]).toEqual([
      400,
      { key: 'f', errorCode: 'TARGETING_KEY_MISSING', errorDetails: 'context.targetingKey: is required' },
    ]);
    const broken = await t.app.inject({
      method: 'POST',
      url: '/trial/ofrep/flags/f',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      payload: '{"context":',
    });
    expect([broken.statusCode, broken.json<{ errorCode: string }>().errorCode]).toEqual([400, 'PARSE_ERROR']);
    const segment = await withHeaders('/trial/segment', {});
    expect(segment.body).toMatchObject({ success: false, code: 'auth.unauthenticated' });
    const unleash = await withHeaders('/trial/unleash', {});
    expect(unleash.body).toMatchObject({ name: 'AuthenticationRequired' });
    const stripe = await t.request('POST', '/trial/stripe', { token: null });
    expect([stripe.status, stripe.headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect(stripe.body).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('run each request, whatever its Idempotency-Key, and pass over members and parameters that they do not know', async () => {
    const before = runs;
    for (const targetingKey of ['a', 'b']) {
      const answer = await t.request('POST', '/trial/ofrep/flags/f?unknown=1', {
        token: key,
        body: { context: { targetingKey, extra: [1] }, more: true },
        headers: { 'idempotency-key': 'one' },
      });
      expect([answer.status, answer.body]).toEqual([200, { key: 'f', value: targetingKey }]);
    }
    expect(runs - before).toBe(2);
    const first = await withHeaders('/trial/ofrep/flags?only=x&_=1', { 'x-api-key': key });
    const second = await withHeaders('/trial/ofrep/flags?only=x&_=2', { 'x-api-key': key });
    expect(first.body).toMatchObject({ only: 'x' });
    // What the route does not read is no part of the cache key.
    expect([second.text, second.headers['cache-status']?.includes('hit')]).toEqual([first.text, true]);
  });

  it('are open to pages of other origins where browsers call them', async () => {
    const asked = 'authorization,content-type';
    const preflight = await t.request('OPTIONS', '/trial/ofrep/flags/f', {
      token: null,
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': asked,
    });
    const failed = await withHeaders('/trial/unleash', { origin: 'https://app.example' });
    expect([failed.status, failed.headers['access-control-allow-origin']]).toEqual([401, '*']);
    const closed = await t.request('OPTIONS', '/trial/stripe', { token: null });
    expect([closed.status, closed.headers['access-control-allow-origin']]).toEqual([405, undefined]);
  });

  it('lets browsers read that the service is overloaded', async () => {
    const { admission } = t.app.getHttpAdapter().getInstance();
    const enter = admission.enter.bind(admission);
    admission.enter = (_caller, begin) => begin(new Overloaded());
    try {
      const { status, headers, body } = await t.request('GET', '/trial/ofrep/flags');
      expect([status, headers['access-control-allow-origin']]).toEqual([503, '*']);
      expect(body).toEqual({ errorDetails: expect.stringContaining('more requests') as string });
    } finally {
      admission.enter = enter;
    }
  });

  it('stand in the OpenAPI document, each path with an operation of its own', async () => {
    const document = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({}))) })
      .parse((await t.request('GET', '/api/openapi.json')).body);
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const ids = operations.map((operation) => operation['operationId']);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const [first, second] = ['/trial/things/{id}/{key}', '/api/v1/trial-things/{id}/{key}'].map(
      (path) => document.paths[path]?.['get'],
    );
    expect([first?.['operationId'], second?.['operationId']]).toEqual(['thingsGet', 'thingsGet2']);
    for (const operation of [first, second]) {
      expect(operation?.['responses']).toHaveProperty('304');
      expect(operation?.['responses']).toHaveProperty('401');
      expect(operation?.['security']).toEqual([{ bearer: [] }, { apiKey: [] }]);
    }
    const unleash = document.paths['/trial/unleash']?.['get'];
    expect(unleash?.['security']).toEqual([{ unleashToken: [] }]);
    expect(JSON.stringify(unleash?.['responses'])).not.toContain('problem+json');
    const evaluate = document.paths['/trial/ofrep/flags/{key}']?.['post'];
    expect(JSON.stringify(evaluate)).not.toContain('Idempotency-Key');
    expect(evaluate?.['responses']).toMatchObject({ 404: { content: { 'application/json': {} } } });
  });
});
