// Entry of `npm start`. Refuses a Node that is too old before the build is loaded, which it could not read. This file and
// what it imports statically must parse and run on Node 12.20 (see bootstrap.mjs).
import fs from 'fs';

import { Failure, reportFailure } from './lib/failure.mjs';
import { assertNewEnough } from './lib/node-version.mjs';

const build = new URL('../dist/main.js', import.meta.url);

function assertBuilt() {
  if (fs.existsSync(build)) return;
  throw new Failure('There is no build.', { remedies: ['npm run build'] });
}

async function main() {
  assertNewEnough(process.versions.node);
  assertBuilt();
  await import(build.href);
}

main().catch((error) => process.exit(reportFailure(error, process.stderr)));
