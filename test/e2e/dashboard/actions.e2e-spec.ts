import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';

import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { newAccount } from '../../factories/account.js';
import { joinOrganization, seedTenant } from '../../factories/tenant.js';
import { describeWithBrowser, seriousFaults } from '../../support/browser.js';
import { userShape } from '../../support/shapes.js';
import { type DashboardWorld, signedIn, startDashboard } from './dashboard-world.js';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describeWithBrowser()('the actions of the dashboard', () => {
  let t: DashboardWorld;
  beforeAll(async () => {
    t = await startDashboard('deployments', 'features', 'executions', 'analytics');
  }, 120_000);
  afterAll(async () => {
    await t.close();
    expect(t.faults).toEqual([]);
  });

  const field = (page: Page, label: string) => page.getByRole('dialog').getByLabel(label);
  const inDialog = (page: Page, name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true });

  it('filters the activity, and exports what the filters let through', async () => {
    const page = await t.open('activity');
    await page.getByLabel('What happened').fill('feature_flag.created');
    await button(page, 'Apply').click();
    const table = page.getByRole('table', { name: 'Activity' });
    await table.getByRole('row').nth(5).waitFor({ state: 'detached' });
    await table.getByRole('row').nth(4).waitFor();
    for (const row of (await table.getByRole('row').allInnerTexts()).slice(1))
      expect(row).toContain('feature_flag.created');
    for (const [name, end] of [
      ['Export CSV', /\r\n#end,4\r\n$/],
      ['Export NDJSON', /\n\{"end":true,"count":4\}\n$/],
    ] as const) {
      const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
      expect(await readFile(await file.path(), 'utf8')).toMatch(end);
    }
    await page.getByText('4 entries were exported.').first().waitFor();
    await page.context().close();
  });

  it('makes a key, shows it once, and revokes it', async () => {
    const page = await t.open('access');
    await button(page, 'New key').click();
    await field(page, 'Name').fill('CI');
    await field(page, 'Scopes').fill('nonsense');
    await inDialog(page, 'Create').click();
    await page
      .getByRole('dialog')
      .getByText(/must be \* or resource:read/)
      .waitFor();
    await field(page, 'Scopes').fill('users:read, activity:read');
    await inDialog(page, 'Create').click();
    const key = await page.getByLabel('API key.').inputValue();
    expect(key).toMatch(/^ttk_test_/);
    expect(await seriousFaults(page)).toEqual([]);
    expect((await t.request('GET', '/api/v1/users', { token: key })).status).toBe(200);
    await inDialog(page, 'Close').click();
    expect(await page.content()).not.toContain(key);
    await button(page, 'Revoke CI').click();
    await inDialog(page, 'Revoke').click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect((await t.request('GET', '/api/v1/users', { token: key })).status).toBe(401);
    await page.context().close();
  });

  it('adds an account of the organisation as a member, and says why it cannot be removed', async () => {
    const account = newAccount();
    const { id } = userShape.parse((await t.request('POST', '/api/v1/users', { body: account })).body);
    await t.app.get(Postgres).sql`delete from memberships where user_id = ${id}`;
    const page = await t.open('access');
    await button(page, 'Invite').click();
    await field(page, 'E-mail').fill(account.email);
    await field(page, 'Role').selectOption('viewer');
    await inDialog(page, 'Invite').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Members' }).getByText(account.email).waitFor();
    const member = await t.request('GET', `/api/v1/organizations/${t.tenant.orgId}/members/${id}`);
    expect(member.body).toMatchObject({ role: 'viewer' });
    await button(page, `Remove ${account.username}`).click();
    await inDialog(page, 'Remove').click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.context().close();
  });

  it('removes a member', async () => {
    const guest = await seedTenant(t.app);
    await joinOrganization(t.app, t.tenant.orgId, guest.userId, 'member');
    const page = await t.open('access');
    const members = page.getByRole('table', { name: 'Members' });
    await members.getByRole('row').filter({ hasText: guest.email }).getByRole('button').click();
    await inDialog(page, 'Remove').click();
    await page.getByText(/is no member any more/).waitFor();
    await members.getByText(guest.email).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('shows a timeline by environment, and rolls back', async () => {
    const page = await t.open('deployments');
    const timeline = page.getByRole('region', { name: 'Timeline of production' });
    await timeline.getByText('live', { exact: true }).waitFor();
    await timeline
      .getByRole('button', { name: /^Roll back/ })
      .first()
      .click();
    await inDialog(page, 'Roll back').click();
    await timeline.getByText('rollback', { exact: true }).waitFor();
    await timeline
      .getByRole('button', { name: /^Cancel/ })
      .first()
      .click();
    await inDialog(page, 'Cancel it').click();
    await timeline.getByText('cancelled').waitFor();
    await timeline
      .getByRole('button', { name: /^History/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText('cancelled').waitFor();
    await inDialog(page, 'Close').click();
    await page.getByRole('link', { name: /^staging/ }).click();
    await page.getByRole('region', { name: 'Timeline of staging' }).getByText('v1.29.0').waitFor();
    await page.context().close();
  });

  it('follows the output of an execution until it ends', async () => {
    const created = await t.request('POST', '/api/v1/executions', { body: { name: 'import' } });
    const path = `/api/v1/executions/${(created.body as { id: string }).id}`;
    const print = async (seq: number, data: string, stream = 'stdout') => {
      const answer = await t.request('POST', `${path}/output`, { body: { stream, seq, data } });
      expect(answer.status).toBe(201);
    };
    const move = async (body: object) => expect((await t.request('PATCH', path, { body })).status).toBe(200);
    await move({ state: 'running' });
    await print(0, 'first line\n');
    const page = await t.open('deployments');
    await button(page, 'Output of import').click();
    const output = page.getByRole('dialog').getByRole('region');
    await output.getByText('first line').waitFor();
    await print(1, 'second line\n');
    await output.getByText('second line').waitFor();
    await print(0, 'a warning\n', 'stderr');
    await output.getByText('a warning').waitFor();
    await move({ state: 'succeeded', exit_code: 0 });
    await page.getByRole('dialog').getByText('succeeded').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.context().close();
  });

  it('turns a flag on in one environment, targets it, and tries it', async () => {
    const page = await t.open('flags');
    const toggle = page.getByRole('switch', { name: 'Support banner in production' });
    expect(await toggle.getAttribute('aria-checked')).toBe('false');
    await toggle.press('Space');
    await page.getByText('Support banner is on in production.').waitFor();
    const flag = await t.request('GET', '/api/v1/features/support_banner');
    expect(flag.body).toMatchObject({ environments: { production: { enabled: true } } });

    await page.getByRole('link', { name: 'Upload limit' }).click();
    await page.getByRole('heading', { name: 'Upload limit' }).waitFor();
    const answer = page.getByRole('region', { name: 'Try it' }).getByRole('status');
    await button(page, 'Evaluate').click();
    await answer.getByText('10', { exact: true }).waitFor();
    const rules = page.getByRole('region', { name: 'production', exact: true });
    await rules.getByRole('button', { name: '+ Rule' }).click();
    await rules.getByRole('group', { name: 'Rule 2' }).getByLabel('Values, with commas').fill('ada, grace');
    await button(page, 'Save production').click();
    await page.getByText('The rules of production are saved.').waitFor();
    await button(page, 'Evaluate').click();
    await answer.getByText('100', { exact: true }).waitFor();
    expect(await answer.innerText()).toContain('TARGETING_MATCH');
    const saved = await t.request('GET', '/api/v1/features/upload_limit_mb');
    expect(saved.body).toMatchObject({
      environments: {
        production: {
          value: 100,
          strategies: [
            { constraints: [{ contextName: 'plan', operator: 'IN', values: ['pro'] }] },
            { constraints: [{ contextName: 'userId', operator: 'IN', values: ['ada', 'grace'] }] },
          ],
        },
      },
    });
    await page.context().close();
  });

  it('draws series, the top events, a funnel and the last hour', async () => {
    const page = await t.open('analytics');
    const series = page.getByRole('region', { name: 'Over time' });
    await series.getByRole('img', { name: /Events over time: [\d,.K]+ in all/ }).waitFor();
    await series.getByLabel('By property').fill('plan');
    await series.locator('.legend').getByText('team').waitFor();
    await series.getByText('As a table').click();
    expect(await series.getByRole('row').count()).toBeGreaterThan(28);
    await page.getByRole('list', { name: 'The most frequent events' }).getByText('page_view').waitFor();
    const funnel = page.getByRole('list', { name: 'Persons by step' });
    await funnel.getByText('4. Order Completed').waitFor();
    await page.getByLabel('Steps, with commas').fill('page_view, Signed Up');
    await button(page, 'Show').click();
    await funnel.getByRole('listitem').nth(2).waitFor({ state: 'detached' });
    await t.request('POST', '/api/v1/analytics/events', { body: { event_name: 'just now', user_id: 'ada' } });
    await page.getByRole('list', { name: 'Trending' }).getByText('just now').waitFor();
    await page.context().close();
  });

  it('shows an ordinary member the pages of the organisation alone', async () => {
    const viewer = await seedTenant(t.app, { role: 'viewer', orgId: t.tenant.orgId });
    const page = await t.visit();
    await signedIn(page, t.url, viewer.token);
    await page.goto(`${t.url}/admin`);
    await page.getByText(/are for platform admins/).waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).innerText()).not.toContain('Dead letters');
    await page.goto(`${t.url}/admin#/letters`);
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
    await page.goto(`${t.url}/admin#/flags`);
    await page.getByRole('switch').first().waitFor();
    expect(await page.getByRole('switch').first().isDisabled()).toBe(true);
    await page.context().close();
  });
});
