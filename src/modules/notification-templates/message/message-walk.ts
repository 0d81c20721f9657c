import {
  type MessageFormatElement,
  type PluralElement,
  type PluralOrSelectOption,
  type SelectElement,
  TYPE,
} from '@formatjs/icu-messageformat-parser';

import type { HtmlScanner } from './html-scanner.js';
import type { MessageFault } from './message-fault.js';
import { missingCategories } from './plural-needs.js';
import { type Slot, type SlotKind, slotKey } from './slots.js';
import { styleFault } from './style-faults.js';

/** So many take a few milliseconds. */
const MAX_ELEMENTS = 2_000;
/** Numbers, dates and choices by number, each of which needs an object of `Intl`. */
const MAX_FORMATTED = 150;

const offsetOf = ({ location }: MessageFormatElement): number => location?.start.offset ?? 0;

/** Visits the elements of a message once. Collects faults and slots, and creates the elements that are formatted. */
export class MessageWalk {
  readonly faults: MessageFault[] = [];
  private readonly found = new Map<string, Slot>();
  private count = 0;
  private formatted = 0;

  constructor(
    private readonly locale: string,
    private readonly html: HtmlScanner | null,
  ) {}

  get slots(): readonly Slot[] {
    return [...this.found.values()];
  }

  elements(given: readonly MessageFormatElement[]): MessageFormatElement[] {
    return given.map((element) => this.element(element));
  }

  private element(element: MessageFormatElement): MessageFormatElement {
    const offset = offsetOf(element);
    this.count += 1;
    if (this.count === MAX_ELEMENTS + 1)
      this.fault(offset, 'too_long', `has more than ${MAX_ELEMENTS} parts`);
    switch (element.type) {
      case TYPE.literal:
        this.html?.read(element.value, offset);
        return { type: TYPE.literal, value: element.value };
      case TYPE.pound:
        this.html?.place(offset, true);
        return { type: TYPE.pound };
      case TYPE.argument:
        return { type: TYPE.argument, value: this.slot(this.argumentKind(offset), element.value, offset) };
      case TYPE.number:
      case TYPE.date:
      case TYPE.time: {
        this.countFormatted(offset);
        this.html?.place(offset, true);
        const fault = styleFault(element, this.locale);
        if (fault !== null) this.fault(offset, 'message_style', fault);
        const kind = element.type === TYPE.number ? 'number' : 'date';
        const { location: _, ...formatted } = element;
        return { ...formatted, value: this.slot(kind, element.value, offset) };
      }
      case TYPE.select:
        return this.select(element, offset);
      case TYPE.plural:
        return this.plural(element, offset);
      case TYPE.tag:
        throw new Error('The parser was told to take tags for text');
    }
  }

  private argumentKind(offset: number): SlotKind {
    const place = this.html?.place(offset, false);
    return place === undefined ? 'text' : place === null || place === 'formatted' ? 'html' : place;
  }

  private select(element: SelectElement, offset: number): SelectElement {
    const value = this.slot('select', element.value, offset);
    return { type: TYPE.select, value, options: this.options(element.options, offset) };
  }

  private plural(element: PluralElement, offset: number): PluralElement {
    this.countFormatted(offset);
    const type = element.pluralType ?? 'cardinal';
    const names = new Set(Object.keys(element.options));
    const missing = missingCategories(this.locale, type, names, element.offset);
    if (missing.length > 0)
      this.fault(
        offset,
        'plural_category',
        `${this.locale} needs ${missing.map((name) => `"${name}"`).join(', ')} too`,
      );
    return {
      type: TYPE.plural,
      value: this.slot('number', element.value, offset),
      options: this.options(element.options, offset),
      offset: element.offset,
      pluralType: type,
    };
  }

  private options(
    given: Readonly<Record<string, PluralOrSelectOption>>,
    offset: number,
  ): Record<string, PluralOrSelectOption> {
    const options = Object.create(null) as Record<string, PluralOrSelectOption>;
    const reads = Object.entries(given).map(([name, option]) => () => {
      options[name] = { value: this.elements(option.value) };
    });
    if (this.html) this.html.readBranches(offset, reads);
    else for (const read of reads) read();
    return options;
  }

  private slot(kind: SlotKind, name: string, offset: number): string {
    const key = slotKey({ kind, name });
    if (!this.found.has(key)) this.found.set(key, { kind, name, offset });
    return key;
  }

  private countFormatted(offset: number): void {
    this.formatted += 1;
    if (this.formatted === MAX_FORMATTED + 1)
      this.fault(offset, 'too_long', `has more than ${MAX_FORMATTED} numbers, dates and choices by number`);
  }

  private fault(offset: number, code: string, message: string): void {
    this.faults.push({ offset, code, message });
  }
}
