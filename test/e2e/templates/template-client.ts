import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { problemShape } from '../../support/shapes.js';
import type { Answer, TestApp } from '../../support/test-app.js';

export const TEMPLATES = '/api/v1/notification-templates';
export const PARTIALS = '/api/v1/template-partials';
export const VARIABLES = {
  type: 'object',
  properties: { name: { type: 'string' }, count: { type: 'integer' }, url: { type: 'string' } },
  required: ['name'],
};
export const VARIANTS = {
  en: {
    subject: 'Hello {name}',
    body: 'You have {count, plural, one {# message} other {# messages}}, {name}.',
  },
  de: { subject: 'Hallo {name}' },
};

export const templateShape = z.looseObject({
  key: z.string(),
  variants: z.record(z.string(), z.record(z.string(), z.string())),
  published_version: z.number().nullable(),
  has_unpublished_changes: z.boolean(),
});
export const renderedShape = z.object({
  fields: z.record(z.string(), z.object({ text: z.string(), locale: z.string() })),
  version: z.union([z.number(), z.literal('draft')]),
});

/** A valid template with a key of its own. */
export const aTemplate = (more: object = {}) => ({
  ...{ key: `t-${newId()}`, channel: 'email', default_locale: 'en' },
  ...{ variables: VARIABLES, sample: { name: 'Ada', count: 2 }, variants: VARIANTS },
  ...more,
});

export const at = (key: string, rest = ''): string => `${TEMPLATES}/${encodeURIComponent(key)}${rest}`;

/** The status and the code of an error. */
export async function codes(answer: Promise<Answer>): Promise<[number, string]> {
  const { status, body } = await answer;
  return [status, problemShape.parse(body).code];
}

/** The routes of templates, as the owner of a tenant. */
export class TemplateClient {
  constructor(readonly t: TestApp) {}

  readonly ask = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => this.t.request(method, path, { ...(body !== undefined && { body }), headers });

  async created(more: object = {}): Promise<string> {
    const given = aTemplate(more);
    const answer = await this.ask('POST', TEMPLATES, given);
    if (answer.status !== 201) throw new Error(answer.text);
    return given.key;
  }

  readonly publish = async (key: string) =>
    templateShape.parse((await this.ask('POST', at(key, '/publish'))).body);

  async published(more: object = {}): Promise<string> {
    const key = await this.created(more);
    const { published_version: version } = await this.publish(key);
    if (version !== 1) throw new Error(`${key} is not published`);
    return key;
  }

  readonly render = async (key: string, body: object) =>
    renderedShape.parse((await this.ask('POST', at(key, '/render'), body)).body);
}
