// The entry behind every npm script: updates Node, the locked dependencies, the stores' programs and the build, then
// runs one command of dist/cli. It has no dependency. This file and its static imports must parse and run on Node
// 12.20: no optional chaining, no `??`, no `node:` prefix, no top-level await.
import { fileURLToPath } from 'url';

import { reportFailure } from './lib/failure.mjs';
import { runForeground } from './lib/foreground.mjs';
import { ensureNode } from './lib/node-runtime.mjs';
import { Steps } from './lib/steps.mjs';

const self = fileURLToPath(import.meta.url);

async function main(argv) {
  const steps = new Steps({ stream: process.stderr, quiet: argv[0] === 'run' });
  const node = await ensureNode(steps);
  if (node.isCurrent) {
    const { bootstrap } = await import('./lib/main.mjs');
    return bootstrap(argv, steps, node.env);
  }
  steps.close();
  return runForeground(node.path, [self].concat(argv), node.env);
}

main(process.argv.slice(2))
  .catch((error) => reportFailure(error, process.stderr))
  .then((exitCode) => process.exit(exitCode));
