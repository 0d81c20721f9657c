import type { FieldError } from '../../../common/errors/domain-error.js';
import { Turns } from '../../../common/time/turns.js';
import { InvalidVariables, MixedLocales, UnpublishableTemplate } from '../notification-templates.errors.js';
import { type Field, FIELDS } from '../template.js';
import type { CompiledField, CompiledTemplate } from './compiled-template.js';
import { type FieldSource, fieldSource } from './field-source.js';
import { formatMessage } from './format-message.js';
import { RenderBudget } from './render-budget.js';
import type { Values } from './slot-values.js';
import { VariableFault } from './variable-fault.js';

export interface RenderRequest {
  locale: string;
  variables: Values;
  timeZone: string;
  /** Every field must have the same locale and the requested language. */
  isStrict: boolean;
}

export interface RenderedField {
  text: string;
  locale: string;
  /** The partials with another language, and that language. Absent if there are none. */
  partial_locales?: Readonly<Record<string, string>>;
}

export type RenderedFields = Partial<Record<Field, RenderedField>>;

interface Chosen extends CompiledField {
  field: Field;
  source: FieldSource;
}

/** Fields of one line, because a line break in a value would begin another header in a mail. */
const ONE_LINE: ReadonlySet<Field> = new Set(['subject', 'title']);
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * A message in one language. Throws `UnpublishableTemplate` (drafts only), `InvalidVariables`, `MixedLocales`,
 * `RenderingTooSlow`, `RenderingTooLarge`.
 */
export async function renderMessage(
  template: CompiledTemplate,
  request: RenderRequest,
  budget = new RenderBudget(),
): Promise<RenderedFields> {
  if (template.schemaFaults.length > 0) throw new UnpublishableTemplate(template.schemaFaults);
  const variables = structuredClone(request.variables);
  const invalid = template.schema.faultsOf(variables);
  if (invalid.length > 0) throw new InvalidVariables(invalid);
  const turns = new Turns();
  const chosen: Chosen[] = [];
  for (const field of FIELDS) {
    const source = fieldSource(template, request.locale, field);
    const compiled = source && template.field(source.locale, field);
    if (compiled) chosen.push({ ...compiled, field, source });
    await turns.pass();
  }
  const faults = chosen.flatMap((one) => one.faults);
  if (faults.length > 0) throw new UnpublishableTemplate(faults);
  if (request.isStrict) assertOneLocale(chosen, request.locale);
  const rendered: RenderedFields = {};
  for (const one of chosen) {
    rendered[one.field] = renderField(one, { ...request, variables }, budget);
    await turns.pass();
  }
  return rendered;
}

function renderField(
  { message, field, source, foreign }: Chosen,
  { variables, timeZone }: RenderRequest,
  budget: RenderBudget,
): RenderedField {
  try {
    const text = formatMessage(message, variables, timeZone, budget);
    return {
      text: ONE_LINE.has(field) ? text.replace(CONTROL, ' ').trim() : text,
      locale: source.locale,
      ...(Object.keys(foreign).length > 0 && { partial_locales: foreign }),
    };
  } catch (error) {
    if (error instanceof VariableFault) throw InvalidVariables.of(error);
    throw error;
  }
}

function assertOneLocale(chosen: readonly Chosen[], asked: string): void {
  const first = chosen.find(({ source }) => source.isOwn)?.source.locale;
  const errors = chosen.flatMap(({ field, source, foreign }): FieldError[] => {
    const path = `fields.${field}`;
    if (!source.isOwn || source.locale !== first)
      return [
        { path, code: 'other_locale', message: `There is none for ${asked}: it would be ${source.locale}.` },
      ];
    return Object.entries(foreign).map(([name, locale]) => ({
      ...{ path, code: 'other_locale', message: `The partial "${name}" would be ${locale}.` },
    }));
  });
  if (errors.length > 0) throw new MixedLocales(errors);
}
