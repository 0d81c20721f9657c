import type { FieldError } from '../../../common/errors/domain-error.js';
import { type CompiledMessage, compileMessage } from '../message/compiled-message.js';
import { lineAndColumn } from '../message/message-fault.js';
import { type Expansion, originOf } from '../partials/expansion.js';
import type { ExpandedVariants, Field, TemplateContent } from '../template.js';
import { faultsOfSchema, VariableSchema } from '../variables/variable-schema.js';

/** The fields of a template with their partials in place, by locale. */
export type Expansions = Readonly<Record<string, Readonly<Partial<Record<Field, Expansion>>>>>;

/** A field in one locale, ready to be formatted. */
export interface CompiledField {
  message: CompiledMessage;
  /** The partials with another language, and that language. */
  foreign: Readonly<Record<string, string>>;
  /** If not empty, the field must not be formatted. By locale, field and position. */
  faults: readonly FieldError[];
}

/** A template whose messages are parsed on first use, each once. */
export class CompiledTemplate {
  /** If not empty, the values cannot be checked. */
  readonly schemaFaults: readonly FieldError[];
  private readonly fields = new Map<string, CompiledField>();
  private variables: VariableSchema | null = null;

  constructor(
    readonly content: TemplateContent,
    private readonly expansions: Expansions,
  ) {
    this.schemaFaults = faultsOfSchema(content.variables);
  }

  static ofPublished(content: TemplateContent, expanded: ExpandedVariants): CompiledTemplate {
    const expansions = Object.entries(expanded).map(([locale, fields]) => [
      locale,
      Object.fromEntries(
        Object.entries(fields).map(([field, { text, foreign = {} }]): [string, Expansion] => [
          field,
          { text, foreign, fault: null, pieces: [{ text, partial: null, from: 0, source: text }] },
        ]),
      ),
    ]);
    return new CompiledTemplate(content, Object.fromEntries(expansions) as Expansions);
  }

  /** The length of all its texts together, in characters. Never 0. */
  get length(): number {
    const fields = Object.values(this.expansions).flatMap((variant) => Object.values(variant));
    return fields.reduce((sum, { text }) => sum + text.length, 1);
  }

  /** Only if there are no `schemaFaults`. */
  get schema(): VariableSchema {
    return (this.variables ??= new VariableSchema(this.content.variables));
  }

  has(locale: string, field: Field): boolean {
    return Object.hasOwn(this.expansions, locale) && this.expansions[locale]?.[field] !== undefined;
  }

  /** Null: this locale has no such field. */
  field(locale: string, field: Field): CompiledField | null {
    const name = `${locale}.${field}`;
    const known = this.fields.get(name);
    if (known) return known;
    const expansion = this.has(locale, field) ? this.expansions[locale]?.[field] : undefined;
    if (!expansion) return null;
    const compiled = compileField(expansion, locale, field);
    this.fields.set(name, compiled);
    return compiled;
  }

  /** A fault at a position of the expanded text, in the form for people. */
  faultAt(locale: string, field: Field, offset: number, code: string, message: string): FieldError {
    const pieces = this.expansions[locale]?.[field]?.pieces ?? [];
    return located(`variants.${locale}.${field}`, originOf(pieces, offset), code, message);
  }
}

function compileField(expansion: Expansion, locale: string, field: Field): CompiledField {
  const path = `variants.${locale}.${field}`;
  const { text, pieces, foreign, fault } = expansion;
  if (fault) {
    const message = { locale, elements: [], slots: [], faults: [] };
    return { message, foreign, faults: [located(path, fault, fault.code, fault.message)] };
  }
  const message = compileMessage(text, locale, field === 'html');
  const faults = message.faults.map(({ offset, code, message: why }) =>
    located(path, originOf(pieces, offset), code, why),
  );
  return { message, foreign, faults };
}

function located(
  path: string,
  { partial, offset, source }: ReturnType<typeof originOf>,
  code: string,
  message: string,
): FieldError {
  const { line, column } = lineAndColumn(source, offset);
  const place = `line ${line}, column ${column}${partial === null ? '' : ` of the partial "${partial}"`}`;
  return { path, code, message: `${place}: ${message}` };
}
