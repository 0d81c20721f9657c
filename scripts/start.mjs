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

// As the first process of a container it would not get a signal without a handler, and loading takes a second.
const leave = () => process.exit(0);

async function main() {
  process.on('SIGTERM', leave);
  assertNewEnough(process.versions.node);
  assertBuilt();
  // It has a handler of its own once it is loaded.
  await import(build.href);
  process.removeListener('SIGTERM', leave);
}

main().catch((error) => process.exit(reportFailure(error, process.stderr)));
