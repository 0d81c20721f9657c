import type { ProcessEvent } from '../../stores/embedded/supervised-process.js';

/** The same columns as the list of `scripts/lib/steps.mjs`, which this output continues. */
const line = (mark: string, name: string, detail: string, startedAt: number) =>
  `${mark} ${name.padEnd(26)} ${detail.padEnd(44)} ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`;

/** Runs a step and shows its line on standard error. `work` returns the result for that line. */
export async function step<T>(
  name: string,
  work: () => Promise<T>,
  describe: (result: T) => string,
): Promise<T> {
  const startedAt = Date.now();
  try {
    const result = await work();
    process.stderr.write(line('✓', name, describe(result), startedAt));
    return result;
  } catch (error) {
    process.stderr.write(line('✗', name, 'failed', startedAt));
    throw error;
  }
}

/** Reports that a store or the service died or came back. */
export function sayEvent(event: ProcessEvent): void {
  const text =
    event.type === 'died'
      ? `! ${event.name} has ended (${event.how}); starting it again in ${event.restartInMs} ms`
      : `✓ ${event.name} answers again (pid ${event.pid})`;
  process.stderr.write(`${text}\n`);
}
