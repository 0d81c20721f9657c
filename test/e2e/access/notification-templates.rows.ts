import { newId } from '../../../src/common/ids/ids.js';
import type { AccessRow, AccessRows, AccessWorld } from './access-row.js';

const content = () => ({ default_locale: 'en', variants: { en: { body: 'Hello' } } });
const aTemplate = () => ({ key: `template-${newId()}`, channel: 'sms', ...content() });
const aPartial = () => ({ name: `partial-${newId()}`, variants: { en: { body: 'Bye' } } });
const ONE = '/api/v1/notification-templates/{key}';
const PARTIAL = '/api/v1/template-partials/{name}';

async function made({ request }: AccessWorld, path: string, body: unknown): Promise<void> {
  const { status, text } = await request('POST', path, body);
  if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
}

async function templateKey(world: AccessWorld): Promise<string> {
  const template = aTemplate();
  await made(world, '/api/v1/notification-templates', template);
  return template.key;
}
async function publishedKey(world: AccessWorld): Promise<string> {
  const key = await templateKey(world);
  await made(world, `/api/v1/notification-templates/${key}/publish`, undefined);
  return key;
}
async function partialName(world: AccessWorld): Promise<string> {
  const partial = aPartial();
  await made(world, '/api/v1/template-partials', partial);
  return partial.name;
}

const read = { role: 'viewer', key: 'notification-templates:read' } as const;
const write = { role: 'member', key: 'notification-templates:write' } as const;
const ids: AccessRow['ids'] = templateKey;
const published: AccessRow['ids'] = publishedKey;
const partial: AccessRow['ids'] = partialName;

export const rows: AccessRows = {
  'GET /api/v1/notification-templates': read,
  'POST /api/v1/notification-templates': { ...write, body: aTemplate },
  [`GET ${ONE}`]: { ...read, ids },
  [`PUT ${ONE}`]: { ...write, ids, body: content },
  [`PATCH ${ONE}`]: { ...write, ids, body: () => ({ variants: { en: { body: 'Hi' } } }) },
  [`DELETE ${ONE}`]: { ...write, ids },
  [`POST ${ONE}/publish`]: { ...write, ids },
  [`POST ${ONE}/rollback`]: { ...write, ids: published, body: () => ({ version: 1 }) },
  [`GET ${ONE}/versions`]: { ...read, ids: published },
  [`GET ${ONE}/versions/{version}`]: { ...read, ids: async (world) => [await publishedKey(world), '1'] },
  [`GET ${ONE}/versions/{version}/diff/{other}`]: {
    ...read,
    ids: async (world) => [await publishedKey(world), '1', 'draft'],
  },
  [`GET ${ONE}/export`]: { ...read, ids },
  [`PUT ${ONE}/import`]: {
    ...write,
    ids,
    body: () => ({ channel: 'sms', ...content() }),
    makesItsOwn: true,
  },
  [`POST ${ONE}/render`]: { ...read, ids: published, body: () => ({ locale: 'en' }) },
  [`POST ${ONE}/preview`]: { ...read, ids, body: () => ({}) },
  'GET /api/v1/template-partials': read,
  'POST /api/v1/template-partials': { ...write, body: aPartial },
  [`GET ${PARTIAL}`]: { ...read, ids: partial },
  [`PUT ${PARTIAL}`]: { ...write, ids: partial, body: () => ({ variants: { en: { body: 'Hi' } } }) },
  [`DELETE ${PARTIAL}`]: { ...write, ids: partial },
};
