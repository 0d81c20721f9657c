import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is what is waited for; fails with the last answer when the deadline, by itself no promise, has passed. */
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
