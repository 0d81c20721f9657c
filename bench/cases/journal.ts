import { z } from 'zod';

import type { Target } from '../load/load.js';
import { asBearer } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import { makeJournalPerson, writeEntries } from '../world/journal-person.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const ENTRIES = '/api/v1/journal/entries';
const PER_SECOND = 3_000;
const PAGE = 50;

const page = z.object({ data: z.array(z.object({ content: z.string() })) });
const CONTENT =
  'Walked by the river in the morning, and wrote a letter to a friend in the afternoon. '.repeat(8);

let made = 0;

const newEntries = (count: number): Target[] =>
  Array.from({ length: count }, () => {
    const title = `Day ${String((made += 1)).padStart(9, '0')}`;
    return { path: ENTRIES, body: JSON.stringify({ title, content: CONTENT, entry_date: '2026-11-21' }) };
  });

async function writing(server: ServerProcess, world: World): Promise<Prepared> {
  const { token } = await makeJournalPerson(world, -2);
  const headers = { ...asBearer(token), 'content-type': 'application/json' };
  const [{ body = '' } = {}] = newEntries(1);
  const answer = await server.ask(ENTRIES, { method: 'POST', headers, body });
  if (answer.status !== 201)
    throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
  return {
    method: 'POST',
    headers,
    targets: (seconds) => newEntries(seconds * PER_SECOND),
    answerBytes: answer.bytes,
  };
}

/** Two words that a twelfth of 10,000 entries has both. */
async function searching(server: ServerProcess, world: World): Promise<Prepared> {
  const { token, userId } = await makeJournalPerson(world, -3);
  await writeEntries(world, userId);
  const headers = asBearer(token);
  const path = `${ENTRIES}?q=morning%20walk&limit=${PAGE}`;
  const answer = await server.ask(path, { headers });
  const found = page.safeParse(answer.status === 200 ? JSON.parse(answer.text) : null);
  if (
    found.data?.data.length !== PAGE ||
    !found.data.data.every(({ content }) => /walk|morning/.test(content))
  )
    throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
  return { method: 'GET', headers, targets: () => [{ path }], answerBytes: answer.bytes };
}

export const journalCreate: ThroughputCase = {
  name: 'journal-create',
  title: 'an entry of 700 characters: place, encryption, blind index, delivery',
  floor: null,
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: writing }],
};

export const journalSearch: ThroughputCase = {
  name: 'journal-search',
  title: `two words in one person’s 10,000 encrypted entries, ${PAGE} found`,
  floor: null,
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: searching }],
};
