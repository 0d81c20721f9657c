import {
  expandVariants,
  type Partials,
} from '../../../src/modules/notification-templates/partials/partial-texts.js';
import { CompiledTemplate } from '../../../src/modules/notification-templates/rendering/compiled-template.js';
import { RenderBudget } from '../../../src/modules/notification-templates/rendering/render-budget.js';
import {
  type RenderedFields,
  renderMessage,
} from '../../../src/modules/notification-templates/rendering/render-message.js';
import type {
  TemplateContent,
  TemplatePartial,
} from '../../../src/modules/notification-templates/template.js';

export const ANY_VARIABLES = { type: 'object', properties: {} };

/** Variables of these names, of any type. */
export const declared = (...names: readonly string[]): TemplateContent['variables'] => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, {}])),
});

export const contentOf = (given: Partial<TemplateContent>): TemplateContent => ({
  default_locale: 'en',
  fallback_locales: [],
  variables: ANY_VARIABLES,
  sample: null,
  variants: {},
  ...given,
});

export async function templateOf(
  given: Partial<TemplateContent>,
  partials: Readonly<Record<string, TemplatePartial['variants']>> = {},
): Promise<CompiledTemplate> {
  const content = contentOf(given);
  const found: Partials = new Map(Object.entries(partials).map(([name, variants]) => [name, { variants }]));
  return new CompiledTemplate(content, await expandVariants(content, found));
}

/** What is rendered, not how fast: a collection of garbage in a worker that runs many tests takes longer than the limit. */
export const render = async (
  given: CompiledTemplate | Promise<CompiledTemplate>,
  variables: Readonly<Record<string, unknown>> = {},
  { locale = 'en', timeZone = 'UTC', isStrict = false } = {},
): Promise<RenderedFields> =>
  renderMessage(await given, { locale, variables, timeZone, isStrict }, new RenderBudget(Infinity));
