import type { Env } from '../config/aliases.js';
import type { Config } from '../config/config.js';
import { addressOf } from '../stores/postgres/migrations/index.js';
import { drizzleCredentials } from './drizzle-kit/drizzle-credentials.js';
import { runDrizzleKit } from './drizzle-kit/run-drizzle-kit.js';
import { note, runCommand, wholeNumber } from './run-command.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  port: number;
}

async function studio({ postgres: { url } }: Config, env: Env, { port }: Options): Promise<number> {
  note(`Drizzle Studio for ${addressOf(url)}, served to this machine only. Ctrl-C stops it.`);
  const args = ['studio', '--host', '127.0.0.1', '--port', String(port)];
  const { exitCode } = await runDrizzleKit(args, { ...env, ...drizzleCredentials(url) }, 'terminal');
  return exitCode;
}

await runCommand<Options>({
  script: 'db:studio',
  description: 'Shows the tables in a browser (drizzle-kit studio), until Ctrl-C.',
  configure: (command) => command.option('--port <n>', 'where it listens on 127.0.0.1', wholeNumber(1), 4983),
  run: (options) => withConfig(['postgres'], (config, env) => studio(config, env, options)),
});
