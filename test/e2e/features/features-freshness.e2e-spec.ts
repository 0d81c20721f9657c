import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../../src/app.setup.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/features';
const PAIRS = 2_000;
const AT_ONCE = 8;

describe('an evaluation that starts after a change was answered', () => {
  let t: TestApp;
  let other: NestFastifyApplication;
  beforeAll(async () => {
    t = await createTestApp();
    other = await createApp(t.stores.config);
  });
  afterAll(async () => {
    await other.close();
    await t.close();
  });

  const ask = async (app: NestFastifyApplication, method: string, path: string, body: unknown) => {
    const answer = await request(app, method, path, { token: t.tenant.token, body });
    expect({ status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({
      status: path === PATH ? 201 : 200,
    });
    return answer.body;
  };
  const valueOn = async (app: NestFastifyApplication, key: string): Promise<unknown> => {
    const body = { environment: 'production', keys: [key] };
    const answer = (await ask(app, 'POST', `${PATH}/evaluate`, body)) as {
      flags: Record<string, { value: unknown }>;
    };
    return answer.flags[key]?.value;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

  it(`sees it, on either instance: ${PAIRS} random pairs`, async () => {
    const instances = [t.app, other];
    let stale = 0;
    let pairs = 0;
    const worker = async (name: number): Promise<void> => {
      const keys = [`a-${name}`, `b-${name}`];
      for (const key of keys)
        await ask(t.app, 'POST', PATH, {
          ...{ key, name: key, flag_type: 'number', default_value: -1 },
          environments: { production: { enabled: true, value: 0 } },
        });
      for (let value = 1; pairs < PAIRS; value++) {
        pairs += 1;
        const key = pick(keys);
        const path = `${PATH}/${key}/environments/production`;
        await ask(pick(instances), 'PUT', path, { enabled: true, value });
        if ((await valueOn(pick(instances), key)) !== value) stale += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, name) => worker(name)));
    console.log(`${pairs} changes, each followed by an evaluation on one of two instances: ${stale} stale`);
    expect({ stale, isWhole: pairs >= PAIRS }).toEqual({ stale: 0, isWhole: true });
  }, 300_000);
});
