import { hashPassword } from '../../../src/common/crypto/passwords.js';
import { FEATURES } from '../../../src/features.js';
import type { DemoStep } from '../../../src/flows/demo/demo-step.js';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { launchBrowser } from '../../support/browser.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

export const PASSWORD = 'correct horse battery';
/** However busy the machine is. */
export const PATIENCE_MS = 30_000;

/** The application with the demonstration data of its tenant, and a browser that a platform admin signs in with. */
export interface DashboardWorld extends TestApp {
  url: string;
  browser: Browser;
  operator: Tenant;
  /** What went wrong in any page: errors of scripts, and what the content security policy has refused. */
  faults: string[];
  /** A page without a signed-in user. */
  visit: (options?: BrowserContextOptions) => Promise<Page>;
  /** A page of the operator, at the part of the dashboard that `address` names. */
  open: (address: string, options?: BrowserContextOptions) => Promise<Page>;
}

export async function startDashboard(...features: readonly string[]): Promise<DashboardWorld> {
  const t = await createTestApp();
  const { orgId } = t.tenant;
  const operator = await seedTenant(t.app, {
    ...{ orgId, platformRole: 'admin', passwordHash: await hashPassword(PASSWORD) },
  });
  for (const { name, demo } of FEATURES)
    if (demo && features.includes(name))
      await t.app
        .get<DemoStep>(demo, { strict: false })
        .seed({ organizationId: orgId, userId: operator.userId });
  await t.app.listen(0, '127.0.0.1');
  const url = (await t.app.getUrl()).replace('[::1]', '127.0.0.1');
  const browser = await launchBrowser();
  const faults: string[] = [];
  const visit = (options?: BrowserContextOptions) => newPage(browser, faults, options);
  return {
    ...{ ...t, url, browser, operator, faults, visit },
    open: async (address, options) => {
      const page = await visit(options);
      await signedIn(page, url, operator.token);
      await page.goto(`${url}/admin#/${address}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    close: async () => {
      await browser.close();
      await t.close();
    },
  };
}

export async function newPage(
  browser: Browser,
  faults: string[],
  options?: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  return page;
}

/** As a sign-in leaves the tab, without the password. */
export async function signedIn(page: Page, url: string, token: string): Promise<void> {
  const session = JSON.stringify(JSON.stringify({ token, organizationId: null }));
  await page.addInitScript({
    content: `if (location.origin === ${JSON.stringify(new URL(url).origin)})
      sessionStorage.setItem('triptych.session', ${session});`,
  });
}
