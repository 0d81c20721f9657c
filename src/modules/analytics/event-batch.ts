import type { FieldError } from '../../common/errors/domain-error.js';
import { Invalid } from '../../common/errors/kinds.js';
import { ContractPipe } from '../../common/http/contract.pipe.js';
import { Turns } from '../../common/time/turns.js';
import type { RecordedEvent } from './analytics-recorder.service.js';
import { type EventOutcome, RecordEventDto } from './analytics.dto.js';

/** A batch whose events are parsed independently of each other. */
export interface ParsedEvents {
  /** The valid events, with their index in the batch. */
  valid: { index: number; input: RecordEventDto }[];
  faults: { index: number; errors: readonly FieldError[] }[];
}

const contract = new ContractPipe();

/** Throws `Invalid`. */
export const parseEvent = (given: unknown): RecordEventDto =>
  contract.transform(given, { type: 'body', metatype: RecordEventDto }) as RecordEventDto;

export async function parseEvents<T>(
  given: readonly T[],
  parse: (one: T) => RecordEventDto,
): Promise<ParsedEvents> {
  const turns = new Turns();
  const parsed: ParsedEvents = { valid: [], faults: [] };
  for (const [index, one] of given.entries()) {
    await turns.pass();
    try {
      parsed.valid.push({ index, input: parse(one) });
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      parsed.faults.push({ index, errors: error.errors });
    }
  }
  return parsed;
}

/**
 * One outcome for each event of the batch, in its order. `recorded` are the outcomes of `valid`, in the order of
 * `valid`.
 */
export function outcomesOf(
  { valid, faults }: ParsedEvents,
  recorded: readonly RecordedEvent[],
): EventOutcome[] {
  const outcomes = valid.map(({ index }, at): EventOutcome => outcomeOf(index, recorded[at]));
  const refused = faults.map(({ index, errors }): EventOutcome => ({
    index,
    status: 422,
    errors: [...errors],
  }));
  return [...outcomes, ...refused].toSorted((a, b) => a.index - b.index);
}

function outcomeOf(index: number, recorded: RecordedEvent | undefined): EventOutcome {
  if (!recorded) return { index, status: 500 };
  const { event, outcome } = recorded;
  switch (outcome.kind) {
    case 'stored':
      return { index, status: 201, id: event._id };
    case 'spooled':
      return { index, status: 202, id: event._id };
    case 'known':
      return { index, status: 200, ...(outcome.id !== null && { id: outcome.id }) };
    case 'faulty':
      return { index, status: 422, errors: [outcome.fault] };
    case 'refused':
      return { index, status: 500 };
  }
}
