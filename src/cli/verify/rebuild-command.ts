import { createApp } from '../../app.setup.js';
import { Config } from '../../config/config.js';
import { Reconciliation } from '../../flows/reconciliation/reconciliation.js';
import { STORE_NAMES } from '../../stores/embedded/index.js';
import { EXIT_FAILURE, print, printJson, runCommand } from '../run-command.js';
import { withConfig } from '../terminal/with-config.js';

interface Options {
  json?: true;
}

interface Rebuilt {
  counted: number;
  changed: number;
  remaining: number;
}

export interface RebuildCommand {
  script: string;
  description: string;
  /** Of `db:verify`: compares the derived documents with the records, and repairs them. */
  check: string;
  /** The counted documents in words: `3 roll-ups`. */
  counted: (count: number) => string;
}

async function rebuild(check: string, config: Config): Promise<Rebuilt> {
  const app = await createApp(new Config({ ...config, logLevel: 'silent', processRole: 'api' }));
  try {
    const { checks, remaining } = await app
      .get(Reconciliation, { strict: false })
      .verify({ only: [check], isRepair: true, detailLimit: 0 });
    const [report] = checks;
    return { counted: report?.compared ?? 0, changed: report?.repaired ?? 0, remaining };
  } finally {
    await app.close();
  }
}

/** A command that counts derived documents again, and corrects those that differ. */
export const runRebuild = ({ script, description, check, counted }: RebuildCommand): Promise<void> =>
  runCommand<Options>({
    script,
    description,
    configure: (command) => command.option('--json', 'print the result as one line of JSON'),
    run: async ({ json }) => {
      const result = await withConfig(STORE_NAMES, (config) => rebuild(check, config));
      if (json) printJson(result);
      else print(`${counted(result.counted)} counted, ${result.changed} changed.`);
      return result.remaining === 0 ? 0 : EXIT_FAILURE;
    },
  });
