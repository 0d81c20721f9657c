import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';

import { createApp } from '../../../src/app.setup.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { newAccount } from '../../factories/account.js';
import { seedTenant } from '../../factories/tenant.js';
import { ApiProcess } from '../../support/api-process.js';
import { describeWithBrowser, launchBrowser } from '../../support/browser.js';
import { type PrivateStores, startPrivateStores } from '../../support/private-stores.js';
import { newPage, signedIn } from './dashboard-world.js';

const TITLES = { redis: 'Redis', mongodb: 'MongoDB', postgres: 'PostgreSQL' } as const;
const PAGES = {
  activity: 'Activity',
  access: 'Keys & members',
  deployments: 'Deployments',
  flags: 'Feature flags',
  analytics: 'Analytics',
  letters: 'Dead letters & jobs',
  overview: 'Overview',
} as const;

/** Without a credential, as a newcomer sees it, and as a platform admin. */
describeWithBrowser()('the dashboard while a store is frozen', () => {
  let stores: PrivateStores;
  let api: ApiProcess;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    stores = await startPrivateStores('dashboard-away');
    const config = { ...stores.env, NODE_ENV: 'test', LOG_LEVEL: 'silent', AUTH_ANONYMOUS: 'owner' };
    const app = await createApp(parseConfig({ ...config, PORT: '0' }));
    const { sql } = app.get(Postgres);
    await sql`update organizations set slug = 'past-' || id where slug = 'demo'`;
    const { orgId } = await seedTenant(app);
    const { token } = await seedTenant(app, { orgId, platformRole: 'admin' });
    await sql`update organizations set slug = 'demo' where id = ${orgId}`;
    await app.close();
    api = await ApiProcess.start(config);
    browser = await launchBrowser();
    page = await newPage(browser, faults);
    await signedIn(page, api.url, token);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await api.stop();
    await stores.stop();
    expect(faults).toEqual([]);
  });

  it('shows the organisation without a credential, and goes on as a platform admin after a sign-in', async () => {
    const visitor = await newPage(browser, faults);
    await visitor.goto(`${api.url}/admin`);
    await visitor.getByText('Not signed in').waitFor();
    await visitor.getByText(/are for platform admins/).waitFor();
    await visitor.getByRole('link', { name: 'Keys & members' }).click();
    await visitor.getByRole('table', { name: 'Members' }).waitFor();
    await visitor.getByRole('button', { name: 'Sign in' }).click();
    await visitor.getByRole('dialog').getByLabel('Password').waitFor();
    await visitor.context().close();
  });

  it.each(Object.keys(TITLES) as (keyof typeof TITLES)[])(
    'says that %s is away, shows every page, and goes on when it is back',
    async (name) => {
      await page.goto(`${api.url}/admin#/overview`);
      await page
        .getByRole('list', { name: 'The three stores' })
        .getByText('up', { exact: true })
        .nth(2)
        .waitFor();
      await page.getByRole('region', { name: 'Between the stores' }).waitFor();
      const note = page.getByText(`${TITLES[name]} is away.`);
      await stores[name].freeze();
      try {
        await note.waitFor();
        for (const [address, title] of Object.entries(PAGES)) {
          await page.goto(`${api.url}/admin#/${address}`);
          await page.getByRole('heading', { name: title, level: 1 }).waitFor();
          expect(await note.isVisible()).toBe(true);
        }
        const store = page.getByRole('listitem').filter({ hasText: TITLES[name] });
        await store.getByText('away').waitFor();
        await page.getByRole('region', { name: 'Traffic' }).waitFor();
        if (name === 'postgres') await figure('Outbox lag', '–');
        if (name !== 'postgres') {
          const made = await api.request('POST', '/api/v1/users', { body: newAccount() });
          expect(made.status).toBe(201);
        }
        if (name === 'mongodb') await figure('Outbox lag', /^(?!0 s$|–$)/);
      } finally {
        stores[name].thaw();
      }
      await note.waitFor({ state: 'detached' });
      await figure('Outbox lag', '0 s');
    },
    120_000,
  );

  const figure = (label: string, value: string | RegExp) =>
    page
      .locator('.figure')
      .filter({ hasText: label })
      .locator('.value')
      .getByText(value, { exact: true })
      .waitFor();
});
