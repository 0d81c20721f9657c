// Checks that every locked package has a licence under which this project may use it. Needs no network.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { faultsOfLicences, installedPackages, lockedPackages } from './lib/licences.mjs';
import { root } from './lib/paths.mjs';

const lock = readFileSync(path.join(root, 'pnpm-lock.yaml'), 'utf8');
const installed = installedPackages(path.join(root, 'node_modules', '.pnpm'));
const faults = faultsOfLicences(lock, installed);
if (faults.length > 0) {
  process.stderr.write(
    `✗ Licences that are not allowed (scripts/lib/licences.mjs):\n${faults.map((fault) => `  ${fault}\n`).join('')}`,
  );
  process.exit(1);
}
const locked = lockedPackages(lock);
const elsewhere = locked.filter(({ id }) => !installed.has(id)).length;
process.stdout.write(
  `Licences of ${locked.length - elsewhere} packages are allowed (${elsewhere} are for other systems).\n`,
);
