// Part of `npm run build`: puts the dashboard into dist/dashboard. The compiler of src/ empties dist/ each time, so
// the output of Vite is kept beside the dependencies, and made again only when its sources have changed.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { root } from './lib/paths.mjs';
import { hashOf, isStamped, stamp } from './lib/stamp.mjs';

const KEPT = path.join(root, 'node_modules', '.cache', 'dashboard');
const STAMP = path.join(KEPT, '.triptych-build');
const TARGET = path.join(root, 'dist', 'dashboard');

const hash = hashOf(root, { files: ['pnpm-lock.yaml'], folders: ['dashboard'] });

if (!isStamped(STAMP, hash)) {
  const { build } = await import('vite');
  mkdirSync(KEPT, { recursive: true });
  await build({
    configFile: path.join(root, 'dashboard', 'vite.config.mjs'),
    build: { outDir: KEPT, emptyOutDir: true },
  });
  stamp(STAMP, hash);
}
if (existsSync(TARGET)) rmSync(TARGET, { recursive: true });
cpSync(KEPT, TARGET, { recursive: true, filter: (source) => source !== STAMP });
