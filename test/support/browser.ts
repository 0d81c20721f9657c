import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { describe, expect } from 'vitest';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // The browser cannot be started, for whatever reason.
    return false;
  }
};

/** Null if there is none on the PATH. */
export const chromiumProgram = (): string | null =>
  (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .flatMap((folder) => PROGRAMS.map((name) => path.join(folder, name)))
    .find(isExecutable) ?? null;

/** `describe` for tests in a real browser. Without a browser they count as skipped, and the reason is printed. */
export function describeWithBrowser(): typeof describe | typeof describe.skip {
  if (chromiumProgram() !== null) return describe;
  const file = path.relative(process.cwd(), expect.getState().testPath ?? '');
  process.stderr.write(`SKIPPED ${file}: no Chromium on the PATH (Debian: apt install chromium)\n`);
  return describe.skip;
}

export function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumProgram();
  if (executablePath === null) throw new Error('No Chromium on the PATH');
  // Chromium has no sandbox for root, as which containers run.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** The findings of axe-core that are serious or worse: `color-contrast: .badge.good`. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
