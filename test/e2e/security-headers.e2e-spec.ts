import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { operationsOf } from '../../src/ops/openapi/openapi-types.js';
import { buildOpenApiDocument } from '../../src/ops/openapi/openapi.js';
import { seedTenant } from '../factories/tenant.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The dashboard's files: scripts and styles of its own, and nothing inline. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const policyOf = (url: string): string => (/^\/admin(?:\/|$)/.test(url) ? PAGE_POLICY : DATA_POLICY);
const ANY = '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11';

describe('security headers', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const headersOf = async (method: string, url: string, headers: Record<string, string> = {}) => {
    const answer = await t.app.inject({
      method: method as 'GET',
      url,
      headers: { authorization: `Bearer ${t.tenant.token}`, ...headers },
      payloadAsStream: true,
    });
    answer.stream().destroy();
    const { statusCode, headers: sent } = answer;
    return {
      status: statusCode,
      sniff: sent['x-content-type-options'],
      policy: sent['content-security-policy'],
    };
  };

  it('are on the answer of every route, whoever asks', async () => {
    const routes = operationsOf(buildOpenApiDocument(t.app)).map(
      ({ method, path }) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, ANY)] as const,
    );
    expect(routes.length).toBeGreaterThan(150);
    const bare: unknown[] = [];
    for (const [method, url] of routes) {
      // A visitor of another site has no credential: that is a 401, or the answer of a public route.
      const { token } = await seedTenant(t.app);
      for (const authorization of ['none', `Bearer ${token}`]) {
        const found = await headersOf(method, url, { authorization });
        if (found.sniff !== 'nosniff' || found.policy !== policyOf(url)) bare.push([method, url, found]);
      }
    }
    expect(bare).toEqual([]);
  });

  it.each([
    ['a cached answer', 'GET', '/api/v1/profile', {}, 200],
    ['its repetition', 'GET', '/api/v1/profile', {}, 200],
    ['no such route', 'GET', '/api/v1/nothing', {}, 404],
    ['no such method', 'PUT', '/api/v1/users', {}, 405],
    ['an address that cannot be read', 'GET', '/api/v1/users/%ZZ', {}, 400],
    [
      'a body of another type',
      'POST',
      '/api/v1/users',
      { 'content-type': 'text/html', 'content-length': '1' },
      415,
    ],
    ['what is text', 'GET', '/api/v1/activity/export', { accept: 'text/csv' }, 200],
    ['figures', 'GET', '/metrics', {}, 200],
    [
      'a preflight',
      'OPTIONS',
      '/api/frontend',
      { origin: 'https://a.test', 'access-control-request-method': 'GET' },
      204,
    ],
  ])('are on %s', async (_what, method, url, headers, status) => {
    expect(await headersOf(method, url, headers as Record<string, string>)).toEqual({
      status,
      sniff: 'nosniff',
      policy: DATA_POLICY,
    });
  });

  it('let the page of the documentation run its own scripts, in no frame', async () => {
    const { sniff, policy } = await headersOf('GET', '/docs');
    expect([sniff, String(policy)]).toEqual(['nosniff', expect.stringContaining("script-src 'self'")]);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:/);
  });

  it('say nothing of what the service is made of', async () => {
    const { headers } = await t.app.inject({ url: '/health/live' });
    expect(Object.keys(headers).filter((name) => /^(?:server|x-powered-by)$/.test(name))).toEqual([]);
  });

  it('let no other site read an answer with the credential of a browser', async () => {
    for (const url of ['/api/v1/profile', '/api/v1/users', '/metrics', '/health']) {
      const { headers } = await t.app.inject({ url, headers: { origin: 'https://evil.test' } });
      expect([
        url,
        headers['access-control-allow-origin'],
        headers['access-control-allow-credentials'],
      ]).toEqual([url, undefined, undefined]);
    }
  });
});
