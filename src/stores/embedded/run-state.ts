import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { type DataDir, writeJsonAtomically } from './data-dir.js';
import type { KnownProcess } from './leftovers.js';
import { hasCode } from './process-identity.js';
import type { StoreName } from './store-entry.js';

const stopSignal = z.enum(['SIGINT', 'SIGTERM']);
const schema = z.object({
  ports: z.partialRecord(z.enum(['postgres', 'mongodb', 'redis']), z.number()).default({}),
  processes: z.array(z.object({ pid: z.number(), start: z.string(), stopSignal })).default([]),
});

/** What one run records for the next one: the ports to use again, and the processes that may still run. */
export interface RunState {
  ports: Partial<Record<StoreName, number>>;
  processes: KnownProcess[];
}

export function readRunState(data: DataDir): RunState {
  try {
    const { ports, processes } = schema.parse(JSON.parse(readFileSync(data.stateFile, 'utf8')));
    return { ports, processes };
  } catch (error) {
    // The file is absent before the first run. A broken file is useless, so the ports are chosen anew.
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError) {
      return { ports: {}, processes: [] };
    }
    throw error;
  }
}

export const writeRunState = (data: DataDir, state: RunState): void =>
  writeJsonAtomically(data.stateFile, state);
