import type { Target } from '../load/load.js';
import { asBearer } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import { type Focusing, focusingIn } from '../world/focus.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const MOST_PER_SECOND = 8_000;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Each person in turn, one second further in each round. */
function* ticks(people: readonly Focusing[]): Generator<Target, never> {
  for (let n = 0; ; n += 1) {
    const person = people[n % people.length];
    // Of four digits, so that all answers are of one size.
    const elapsed_seconds = 1_000 + (Math.floor(n / people.length) % 4_000);
    if (person)
      yield {
        path: `/api/v1/focus-sessions/${person.id}/ticks`,
        token: person.token,
        body: JSON.stringify({ elapsed_seconds }),
      };
  }
}

async function ticking(server: ServerProcess, world: World): Promise<Prepared> {
  const source = ticks(await focusingIn(world));
  const probe = source.next().value;
  const headers = { ...JSON_TYPE, ...asBearer(probe.token ?? '') };
  const answer = await server.ask(probe.path, { method: 'POST', headers, body: probe.body ?? '' });
  if (answer.status !== 200)
    throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
  return {
    method: 'POST',
    headers: JSON_TYPE,
    targets: (seconds) => Array.from({ length: seconds * MOST_PER_SECOND }, () => source.next().value),
    answerBytes: answer.bytes,
  };
}

export const tick: ThroughputCase = {
  name: 'tick',
  title: 'a tick of one of 1,000 focus sessions, durable',
  floor: { requestsPerSecond: 1_000 },
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: ticking }],
};
