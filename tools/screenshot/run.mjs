// `npm run screenshot`: docs/images/dashboard.png from the demonstration data. `-- --all FOLDER` takes every page in both
// themes and two widths, to look at; `--url URL` takes them from a service that runs already. Needs Chromium on the PATH.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { findOnPath, root } from '../../scripts/lib/paths.mjs';
import { startQuickstart } from './service.mjs';

const PAGES = [
  ...['overview', 'letters', 'activity', 'access', 'deployments'],
  ...['flags', 'flags/upload_limit_mb', 'analytics'],
];
const LOGIN = { email: 'demo@triptych.local', password: 'triptych-demo' };
const WARM_UP_MS = 45_000;

const { values } = parseArgs({ options: { url: { type: 'string' }, all: { type: 'string' } } });

async function signIn(page, url) {
  await page.goto(`${url}/admin`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const menu = page.getByRole('button', { name: 'Menu' });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail or username').fill(LOGIN.email);
  await dialog.getByLabel('Password').fill(LOGIN.password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.waitFor({ state: 'detached' });
}

async function isAtRest(page) {
  await page.locator('main h1').waitFor();
  await page.locator('.empty', { hasText: 'Loading …' }).first().waitFor({ state: 'detached' });
}

/** Requests like those of a product, so that the charts show something. */
async function warmUp(url) {
  const paths = [
    'users',
    'deployments',
    'activity?limit=20',
    'features',
    'environments',
    'analytics/top',
    'configs',
  ];
  const until = performance.now() + WARM_UP_MS;
  for (let turn = 0; performance.now() < until; turn += 1) {
    const rate = 2 + Math.round(3 * (1 + Math.sin(turn / 30)));
    await Promise.all(
      paths.slice(0, rate).map((name) => fetch(`${url}/api/v1/${name}`).then((it) => it.text())),
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function takeAll(browser, url, folder) {
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'])
    for (const width of [1280, 375]) {
      const page = await browser.newPage({
        viewport: { width, height: width > 500 ? 860 : 740 },
        colorScheme,
      });
      await signIn(page, url);
      for (const name of PAGES) {
        await page.goto(`${url}/admin#/${name}`);
        await isAtRest(page);
        const file = `${name.replace('/', '-')}-${colorScheme}-${width}.png`;
        await page.screenshot({ path: path.join(folder, file), fullPage: true });
      }
      await page.close();
    }
}

async function takeOne(browser, url) {
  await warmUp(url);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await signIn(page, url);
  await page.getByRole('button', { name: 'Compare now' }).click();
  await page.getByText('The stores agree.').waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: path.join(root, 'docs', 'images', 'dashboard.png') });
}

async function main() {
  const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
    .map((name) => findOnPath(name, process.env.PATH))
    .find(Boolean);
  if (!executablePath) throw new Error('No Chromium on the PATH. On Debian: apt install chromium');
  const service = values.url ? { url: values.url, stop: async () => {} } : await startQuickstart();
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    await (values.all ? takeAll(browser, service.url, values.all) : takeOne(browser, service.url));
  } finally {
    await browser.close();
    await service.stop();
  }
}

await main();
