import { writeFile } from 'node:fs/promises';

import { createApp } from '../app.setup.js';
import { Config } from '../config/config.js';
import { buildOpenApiDocument } from '../ops/openapi/openapi.js';
import { hasCode } from '../stores/embedded/process-identity.js';
import { note, print, runCommand } from './run-command.js';
import { CommandFailed } from './terminal/explained.js';
import { configWithoutStores } from './terminal/with-config.js';

interface Options {
  out?: string;
}

/** The application builds it without listening and without a store. */
async function document(): Promise<string> {
  const config = new Config({ ...configWithoutStores(), logLevel: 'silent', processRole: 'api' });
  const app = await createApp(config);
  try {
    return `${JSON.stringify(buildOpenApiDocument(app), null, 2)}\n`;
  } finally {
    await app.close();
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EACCES', 'EISDIR', 'EROFS', 'ENOTDIR')) throw error;
    throw new CommandFailed('The file cannot be written.', String(error), ['name another one: --out FILE'], {
      cause: error,
    });
  }
}

await runCommand<Options>({
  script: 'openapi',
  description: 'Prints the OpenAPI 3.1 document of the API. Needs no store.',
  configure: (command) => command.option('--out <file>', 'write it to this file'),
  run: async ({ out }) => {
    const text = await document();
    if (out === undefined) return print(text);
    await write(out, text);
    note(`Wrote ${out}.`);
  },
});
