// Reports known vulnerabilities of the locked packages, according to the registry's audit. If the registry does not
// answer, reports that without failing, because a check must not depend on a network.
import { pnpmCommand } from './lib/dependencies.mjs';
import { Failure, reportFailure } from './lib/failure.mjs';
import { runTool } from './lib/tool.mjs';
import { verdictOf } from './lib/vulnerabilities.mjs';

const LIMIT_MS = 15_000;

async function main() {
  const pnpm = await pnpmCommand({ working: () => undefined });
  const command = [...pnpm, 'audit', '--json'];
  const run = await runTool({ name: 'audit', command, timeoutMs: LIMIT_MS, maxStdout: 50_000_000 });
  const verdict = verdictOf(run);
  if (verdict.unknown) process.stdout.write(`Known vulnerabilities were not checked: ${verdict.unknown}\n`);
  else process.stdout.write(`${verdict.summary}\n`);
  return verdict.isFault ? 1 : 0;
}

main()
  .catch((error) => {
    // Without a pnpm there is no audit. It could not be fetched, so there is no network either.
    if (!(error instanceof Failure)) return reportFailure(error, process.stderr);
    process.stdout.write(`Known vulnerabilities were not checked: ${error.message}\n`);
    return 0;
  })
  .then((exitCode) => process.exit(exitCode));
