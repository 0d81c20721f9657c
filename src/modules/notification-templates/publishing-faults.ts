import type { FieldError } from '../../common/errors/domain-error.js';
import { Turns } from '../../common/time/turns.js';
import { isKnownLocale } from './message/locale-lookup.js';
import type { Slot, SlotKind } from './message/slots.js';
import type { CompiledField, CompiledTemplate } from './rendering/compiled-template.js';
import { fieldSource } from './rendering/field-source.js';
import { type Field, FIELDS } from './template.js';
import type { VariableSchema } from './variables/variable-schema.js';

/** More faults are of no use, and each takes time. */
const MAX_FAULTS = 200;

const FITTING: Readonly<Record<SlotKind, readonly string[]>> = {
  text: ['string', 'number', 'integer', 'null'],
  html: ['string', 'number', 'integer', 'null'],
  url: ['string', 'null'],
  css: ['string', 'number', 'integer', 'null'],
  select: ['string', 'number', 'integer', 'boolean', 'null'],
  number: ['number', 'integer', 'null'],
  date: ['string', 'null'],
};

/** All faults that prevent the publication of a template. Lets other requests run in between. */
export async function publishingFaults(template: CompiledTemplate): Promise<FieldError[]> {
  if (template.schemaFaults.length > 0) return [...template.schemaFaults];
  const { variants, default_locale: defaultLocale } = template.content;
  const turns = new Turns();
  const faults: FieldError[] = [];
  if (!Object.hasOwn(variants, defaultLocale))
    faults.push({
      path: 'default_locale',
      code: 'no_variant',
      message: 'There is no variant of this locale.',
    });
  for (const locale of Object.keys(variants)) {
    if (!isKnownLocale(locale)) {
      faults.push({
        path: `variants.${locale}`,
        code: 'unknown_locale',
        message: 'The rules of this language are not known.',
      });
      continue;
    }
    for (const field of FIELDS) {
      const compiled = template.field(locale, field);
      if (compiled) faults.push(...compiled.faults, ...faultsOfSlots(template, locale, field, compiled));
      await turns.pass();
    }
    if (faults.length >= MAX_FAULTS) return faults.slice(0, MAX_FAULTS);
  }
  if (faults.length === 0) faults.push(...unusedVariables(template));
  return faults.slice(0, MAX_FAULTS);
}

const faultsOfSlots = (
  template: CompiledTemplate,
  locale: string,
  field: Field,
  { message }: CompiledField,
): FieldError[] =>
  message.slots.flatMap((slot) => {
    const fault = faultOfSlot(slot, template.schema);
    return fault ? [template.faultAt(locale, field, slot.offset, fault.code, fault.message)] : [];
  });

function faultOfSlot({ name, kind }: Slot, schema: VariableSchema): { code: string; message: string } | null {
  if (!schema.isDeclared(name))
    return { code: 'undeclared_variable', message: `the variable "${name}" is not declared` };
  const types = schema.typesOf(name);
  const isFitting = types === null || types.every((type) => FITTING[kind].includes(type));
  return isFitting
    ? null
    : {
        code: 'variable_type',
        message: `the variable "${name}" cannot be written here as ${types.join(' or ')}`,
      };
}

/** Checks each locale as its readers receive the message: with the fields that it takes from other locales. */
function unusedVariables(template: CompiledTemplate): FieldError[] {
  const { required } = template.schema;
  return Object.keys(template.content.variants).flatMap((locale) => {
    const used = new Set(
      FIELDS.flatMap((field) => {
        const from = fieldSource(template, locale, field)?.locale ?? null;
        return from === null ? [] : (template.field(from, field)?.message.slots ?? []);
      }).map(({ name }) => name),
    );
    return required
      .filter((name) => !used.has(name))
      .map((name) => ({
        path: `variants.${locale}`,
        code: 'unused_variable',
        message: `the required variable "${name}" is not used in any field`,
      }));
  });
}
