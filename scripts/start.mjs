// Entry of `npm start`. Refuses a Node that is too old before it loads the build, which such a Node could not parse.
// This file and its static imports must parse and run on Node 12.20 (see bootstrap.mjs).
import fs from 'fs';

import { Failure, reportFailure } from './lib/failure.mjs';
import { assertNewEnough } from './lib/node-version.mjs';

const build = new URL('../dist/main.js', import.meta.url);

function assertBuilt() {
  if (fs.existsSync(build)) return;
  throw new Failure('There is no build.', { remedies: ['npm run build'] });
}

// The first process of a container would not receive a signal without a handler, and loading takes a second.
const leave = () => process.exit(0);

async function main() {
  process.on('SIGTERM', leave);
  assertNewEnough(process.versions.node);
  assertBuilt();
  // The build has a handler of its own once it is loaded.
  await import(build.href);
  process.removeListener('SIGTERM', leave);
}

main().catch((error) => process.exit(reportFailure(error, process.stderr)));
