import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';

import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { newAccount } from '../../factories/account.js';
import { describeWithBrowser, seriousFaults } from '../../support/browser.js';
import { eventually } from '../../support/eventually.js';
import { type DashboardWorld, PASSWORD, startDashboard } from './dashboard-world.js';

const PAGES = [
  'overview',
  'letters',
  'activity',
  'access',
  'deployments',
  'flags',
  'flags/dark_mode',
  'analytics',
];
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 375] as const;

const isAtRest = (page: Page) =>
  page.locator('.empty', { hasText: 'Loading …' }).first().waitFor({ state: 'detached' });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describeWithBrowser()('the dashboard of a platform admin', () => {
  let t: DashboardWorld;
  beforeAll(async () => {
    t = await startDashboard('deployments', 'features', 'executions', 'analytics');
  }, 120_000);
  afterAll(async () => {
    await t.close();
    expect(t.faults).toEqual([]);
  });

  const sql = () => t.app.get(Postgres).sql;
  const createUser = () => t.request('POST', '/api/v1/users', { body: newAccount() });

  it('is signed in to with the keyboard alone, and left again', async () => {
    const page = await t.visit();
    await page.goto(`${t.url}/admin`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const type = async (text: string) => {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    };
    await type(t.operator.email);
    await type('a wrong password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Shift+Tab');
    for (let n = 0; n < 40 && !(await focusedText(page)).startsWith('Feature flags'); n += 1)
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Feature flags' }).waitFor();
    expect(await focusedText(page)).toBe('Feature flags');
    await page.reload();
    await page.getByRole('heading', { name: 'Feature flags' }).waitFor();
    await button(page, 'Sign out').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  const focusedText = (page: Page): Promise<string> =>
    page.evaluate('document.activeElement?.textContent ?? ""');

  it.each(THEMES.flatMap((theme) => WIDTHS.map((width) => [theme, width] as const)))(
    'has nothing serious for axe-core, and no side scroll: %s, %i px',
    async (colorScheme, width) => {
      const page = await t.open('overview', { colorScheme, viewport: { width, height: 800 } });
      for (const name of PAGES) {
        await page.goto(`${t.url}/admin#/${name}`);
        await page.locator('main h1').waitFor();
        await isAtRest(page);
        expect([name, await seriousFaults(page)]).toEqual([name, []]);
        const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
        expect([name, scrollWidth]).toEqual([name, width]);
      }
      await page.context().close();
    },
    120_000,
  );

  it('shows the stores, the traffic and the backlogs', async () => {
    await createUser();
    const page = await t.open('overview');
    const stores = page.getByRole('list', { name: 'The three stores' });
    await stores.getByText('up', { exact: true }).nth(2).waitFor();
    const traffic = page.getByRole('region', { name: 'Traffic' });
    await traffic.getByText('Hit ratio', { exact: true }).waitFor();
    await traffic.getByRole('img', { name: /Requests per second/ }).waitFor();
    const between = page.getByRole('region', { name: 'Between the stores' });
    expect(await between.innerText()).toMatch(/Outbox lag[\s\S]*Spool[\s\S]*Jobs due[\s\S]*Dead letters/);
    await page.getByRole('table', { name: 'Busiest routes' }).waitFor();
    await page.context().close();
  });

  it('compares the stores, shows what differs, and repairs it', async () => {
    for (let n = 0; n < 3; n += 1) expect((await createUser()).status).toBe(201);
    const page = await t.open('overview');
    const verify = page.getByRole('region', { name: 'Do the stores agree?' });
    await button(page, 'Compare now').click();
    const verdict = verify.getByRole('status');
    await eventually(
      () => verdict.innerText(),
      (text) => text !== '' && !text.startsWith('Comparing'),
      60_000,
    );
    expect([await verdict.innerText(), await verify.innerText()]).toEqual([
      'The stores agree.',
      expect.anything(),
    ]);
    await t.app
      .get(Mongo)
      .connection.db?.collection('activity_logs')
      .deleteOne({ event_type: 'user.created' });
    await button(page, 'Compare now').click();
    await verify.getByText(/records? differ/).waitFor({ timeout: 60_000 });
    const row = verify.getByRole('row').filter({ hasText: 'outbox-activity' });
    expect(await row.locator('[data-title="Missing"]').innerText()).toBe('1');
    expect(await seriousFaults(page)).toEqual([]);
    await button(page, 'Repair').click();
    await verify.getByText('Repaired: the stores agree again.').waitFor({ timeout: 60_000 });
    await page.context().close();
  }, 180_000);

  it('reads a dead letter and tries it again; lists the jobs', async () => {
    await createUser();
    await eventually(
      async () => (await sql()`select 1 from outbox_queue where dead_at is null`).length,
      (queued) => queued === 0,
    );
    const [event] = await sql()<{ id: string }[]>`select id from outbox_events order by id desc limit 1`;
    await sql()`
      insert into outbox_queue (event_id, aggregate, available_at, attempts, last_error, dead_at)
      select id, aggregate_type || ':' || aggregate_id, now(), 8, 'refused by a test', now()
      from outbox_events where id = ${event?.id ?? ''}::uuid`;
    const page = await t.open('letters');
    const row = page.getByRole('table', { name: 'Dead letters' }).getByRole('row').nth(1);
    expect(await row.innerText()).toMatch(/user\.created[\s\S]*outbox[\s\S]*refused by a test/);
    await row.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('"role": "user"').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('It is queued again').waitFor();
    await page.getByText('There are none: nothing was given up.').waitFor();
    expect(await page.getByRole('table', { name: 'Periodic jobs' }).innerText()).toContain(
      'fallback.reconcile',
    );
    await page.context().close();
  });

  it('shows what the stores say, and no script of theirs runs', async () => {
    const event = {
      event_type: 'page_view',
      payload: { page: '<img src=x onerror="alert(1)"><script>1</script>' },
    };
    expect((await t.request('POST', '/api/v1/activity', { body: event })).status).toBe(201);
    const page = await t.open('activity?event_type=page_view');
    await button(page, 'Read page_view').click();
    await page.getByRole('dialog').getByText('onerror').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe('Read page_view');
    await page.context().close();
  });
});
