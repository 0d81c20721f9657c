import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { seedWith } from '../../src/cli/demo/seed-context.js';
import { blocksOf, requestsOf, runDocumented } from '../support/documented-requests.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const PAGES = [
  'docs/getting-started.md',
  'docs/troubleshooting.md',
  ...globSync('docs/features/*.md').toSorted(),
];
/** What pages of the quickstart say. */
const ADDRESS = /(?:http:\/\/)?(?:localhost|127\.0\.0\.1):8080/g;

describe('the requests that the pages show', () => {
  let stores: TestStores;
  let app: NestFastifyApplication;
  let url: string;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'triptych pages '));
    stores = await createTestStores({
      AUTH_ANONYMOUS: 'owner',
      STRIPE_WEBHOOK_SECRET: 'whsec_test',
      DATA_DIR: path.join(folder, '.data'),
    });
    await seedWith(stores.config);
    app = await createApp(stores.config);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    await stores.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(PAGES)('%s', async (page) => {
    const script = blocksOf(readFileSync(page, 'utf8')).join('\n');
    const requests = requestsOf(script);
    const answers = await runDocumented(script.replaceAll(ADDRESS, url), folder, { API: `${url}/api/v1` });
    const seen = requests.map(({ text, status }, n) => {
      const answered = answers[n]?.status ?? 0;
      const isRight = status === null ? answered >= 200 && answered < 400 : answered === status;
      return isRight ? null : `${text}\n→ ${answered}, not ${status ?? 'a success'}`;
    });
    expect(seen.filter((fault) => fault !== null)).toEqual([]);
    expect(answers).toHaveLength(requests.length);
  });

  it('are on every page of a feature', () => {
    const without = PAGES.filter((page) => blocksOf(readFileSync(page, 'utf8')).length === 0);
    expect(without).toEqual([]);
  });
});
