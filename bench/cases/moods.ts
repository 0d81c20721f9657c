import { z } from 'zod';

import { asBearer } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import { makeMoodPerson } from '../world/mood-person.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const MOODS = '/api/v1/moods';
const PAGE = 50;
const WITH_NOTES = 300;
const MONTH = '2026-10';

const page = z.object({ data: z.array(z.object({ note: z.string() })) });

/** A page of a month whose notes are encrypted, of a person with 10,000 moods before it. */
async function ofMonth(server: ServerProcess, world: World): Promise<Prepared> {
  const { token, categoryId } = await makeMoodPerson(world, new Date(`${MONTH}-01T00:00:00.000Z`));
  const headers = asBearer(token);
  for (let n = 0; n < WITH_NOTES; n += 1) {
    const recorded_at = `${MONTH}-${String((n % 31) + 1).padStart(2, '0')}T12:00:00.000Z`;
    const note = `A walk by the river, and an early night: ${n}`.padEnd(80, '.');
    const mood = { category_id: categoryId, intensity: (n % 10) + 1, note, recorded_at };
    const type = { 'content-type': 'application/json' };
    await server.ask(MOODS, { method: 'POST', headers: { ...headers, ...type }, body: JSON.stringify(mood) });
  }
  const path = `${MOODS}?date_from=${MONTH}-01&date_to=${MONTH}-31&limit=${PAGE}`;
  const answer = await server.ask(path, { headers });
  const found = page.safeParse(answer.status === 200 ? JSON.parse(answer.text) : null);
  if (found.data?.data.length !== PAGE)
    throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
  return { method: 'GET', headers, targets: () => [{ path }], answerBytes: answer.bytes };
}

export const moodsRange: ThroughputCase = {
  name: 'moods-range',
  title: `a page of ${PAGE} moods of a month, encrypted, of one person’s 10,000`,
  floor: null,
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: ofMonth }],
};
