import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { DataDir, writeJsonAtomically } from '../../stores/embedded/data-dir.js';
import { hasCode } from '../../stores/embedded/process-identity.js';
import { note } from '../run-command.js';

const content = z.object({ api_key: z.string() });

/**
 * `DATA_DIR/demo.json`, readable only by its owner. It is the only place that contains the demo API key, because the
 * database has only its hash.
 */
export class DemoFile {
  private readonly data: DataDir;

  constructor(dataDir: string) {
    this.data = new DataDir(dataDir);
  }

  get path(): string {
    return this.data.in('demo.json');
  }

  /** Null if the file does not exist or cannot be parsed. Then a new key is created. */
  async readApiKey(): Promise<string | null> {
    const text = await this.read();
    if (text === null) return null;
    try {
      return content.parse(JSON.parse(text)).api_key;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
      note(`! ${this.path} cannot be understood; the demo API key is made anew.`);
      return null;
    }
  }

  writeApiKey(apiKey: string): void {
    this.data.create();
    writeJsonAtomically(this.path, { api_key: apiKey });
  }

  private async read(): Promise<string | null> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  }
}
