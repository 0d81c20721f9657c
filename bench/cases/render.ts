import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const PATH = '/api/v1/notification-templates';
const KEY = 'bench-order';
const BODY = JSON.stringify({
  locale: 'de-AT',
  variables: { name: 'Ada', items: 3, at: '2026-11-27T12:00:00Z', url: 'https://example.com/orders/42' },
  time_zone: 'Europe/Vienna',
  strict: true,
});

const html =
  '<table role="presentation"><tr><td><h1>Hallo {name}</h1>' +
  '<p>{items, plural, one {# Artikel ist} other {# Artikel sind}} seit {at, date, long} unterwegs.</p>' +
  '<p><a href="{url}">Verfolgen</a></p></td></tr></table>';
const body = 'Hallo {name}, {items, plural, one {# Artikel ist} other {# Artikel sind}} unterwegs: {url}';

/** A mail of a subject, a text and HTML, with a choice by number and a date. */
const TEMPLATE = {
  ...{ channel: 'email', default_locale: 'de' },
  variables: {
    type: 'object',
    properties: {
      ...{
        name: { type: 'string' },
        items: { type: 'integer' },
        at: { type: 'string' },
        url: { type: 'string' },
      },
    },
    required: ['name', 'items', 'at', 'url'],
  },
  variants: { de: { subject: 'Deine Bestellung, {name}', body, html } },
};

async function prepare(server: ServerProcess, world: World): Promise<Prepared> {
  const headers = { 'content-type': 'application/json', ...asBearer(firstToken(world)) };
  const ask = (method: 'POST' | 'PUT', path: string, sent: string) =>
    server.ask(path, { method, headers, body: sent });
  const imported = await ask('PUT', `${PATH}/${KEY}/import`, JSON.stringify(TEMPLATE));
  const published = await ask('POST', `${PATH}/${KEY}/publish`, '{}');
  const path = `${PATH}/${KEY}/render`;
  const answer = await ask('POST', path, BODY);
  if (imported.status >= 300 || published.status !== 200 || !answer.text.includes('3 Artikel sind'))
    throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
  return { method: 'POST', headers, answerBytes: answer.bytes, targets: () => [{ path, body: BODY }] };
}

export const render: ThroughputCase = {
  name: 'render',
  title: 'a notification rendered: subject, text and HTML',
  floor: null,
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare }],
};
