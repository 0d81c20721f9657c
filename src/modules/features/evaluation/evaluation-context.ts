/** The caller's data about the person: Unleash's fields and any others, at the top level or under `properties`. */
export type ContextInput = Readonly<Record<string, unknown>>;

/** One person at one moment, in the form that constraints and strategies read. */
export interface EvaluationContext {
  /** Every field as text. It has no prototype, so that a constraint on `constructor` finds nothing. */
  readonly fields: Readonly<Record<string, string | undefined>>;
  /** `currentTime`, or by default the moment of the evaluation, in milliseconds. NaN if it is no date. */
  readonly now: number;
  /** From 0 inclusive to 1 exclusive. For persons without an id, and for stickiness `random`. */
  readonly random: () => number;
}

/** `userId` is Unleash's name for OpenFeature's `targetingKey`. If only one is given, it is used for both. */
export function contextOf(
  input: ContextInput,
  now: number,
  random: () => number = Math.random,
): EvaluationContext {
  const fields = Object.create(null) as Record<string, string | undefined>;
  const { properties } = input;
  if (isRecord(properties)) addTo(fields, properties);
  addTo(fields, input);
  const person = textOf(input['userId']) ?? textOf(input['targetingKey']);
  const id = person ?? fields['userId'] ?? fields['targetingKey'];
  fields['userId'] = id;
  fields['targetingKey'] = id;
  const { currentTime } = fields;
  return { fields, now: currentTime ? new Date(currentTime).getTime() : now, random };
}

function addTo(fields: Record<string, string | undefined>, input: ContextInput): void {
  for (const name in input) {
    const text = textOf(input[name]);
    if (text !== undefined) fields[name] = text;
  }
}

/** A constraint cannot compare objects. A list becomes the same text as in JavaScript's SDKs. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(elementText).join() : undefined;
}

/** Of a list, as `join` has it. An object of the caller may have a `toString` of its own that is not a function. */
function elementText(value: unknown): string {
  if (value === null) return '';
  return textOf(value) ?? '[object Object]';
}

const isRecord = (value: unknown): value is ContextInput => typeof value === 'object' && value !== null;
