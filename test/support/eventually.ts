import { setTimeout as pause } from 'node:timers/promises';

/**
 * Calls `ask` until the answer is the expected one. Fails with the last answer when the deadline has passed. The
 * deadline itself is no promise of the service.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  isIt: (answer: T) => boolean,
  deadlineMs = 20_000,
): Promise<T> {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (performance.now() > until) {
      throw new Error(
        `Still not so after ${deadlineMs} ms; last answer: ${JSON.stringify(answer)?.slice(0, 500)}`,
      );
    }
    await pause(10);
  }
}
