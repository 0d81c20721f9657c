import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { assertNoFaults, faultOf } from '../support/answer-faults.js';

const NOWHERE = {
  DATABASE_URL: 'postgres://127.0.0.1:1/x',
  MONGODB_URI: 'mongodb://127.0.0.1:1/x?directConnection=true',
};
const PROBES = ['/health', '/health/ready', '/health/database', '/api/health'];

/** The tests of generated and hostile requests compare every answer, also those of a machine that is too slow. */
describe('an answer without any database', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await createApp(parseConfig({ ...NOWHERE, NODE_ENV: 'test', LOG_LEVEL: 'silent' }));
  });
  afterAll(() => app.close());

  it.each(PROBES)('%s is a described report', async (url) => {
    const answer = await app.inject({ method: 'GET', url });
    expect([answer.statusCode, faultOf(app, 'GET', url, answer)]).toEqual([503, null]);
  });

  it.each(['/api/v1/auth/login', '/api/v1/webhooks/stripe'])('%s is a described refusal', async (url) => {
    const payload = { email: 'ada@example.com', password: 'correct horse battery' };
    const answer = await app.inject({ method: 'POST', url, payload });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(faultOf(app, 'POST', url, answer)).toBeNull();
  });

  it('has a fault if another route answers with something else than a problem', async () => {
    const answer = await app.inject({ method: 'GET', url: '/health' });
    expect(faultOf(app, 'GET', '/api/v1/profile', answer)).toContain('no problem: 503');
    expect(() => assertNoFaults(['a\nb'])).toThrow('1 faults: a b');
  });
});
