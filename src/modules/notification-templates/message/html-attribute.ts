import { isCleanStyle } from './html-list.js';
import type { SlotKind } from './slots.js';

const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'background']);
/** What begins an address so that nothing that follows can make another scheme of it. */
const SAFE_BEGINNING = /^(?:https?:\/\/|mailto:|tel:|cid:|#)/i;
/** Stands for a value in what is shown to the sanitiser. */
const VALUE = '\uE000';

/** The value of an attribute, as the scanner comes through it. */
export class HtmlAttribute {
  /** Of all branches one after the other. */
  raw = '';
  /** Nothing stands in it yet. */
  private isBlank = true;
  private isSafe = true;

  constructor(
    readonly name: string,
    readonly quote: string,
    /** How many branches it stands in. */
    readonly depth: number,
  ) {}

  /** False: it begins an address in a branch, and could become another scheme. */
  addText(text: string, isBranch: boolean): boolean {
    this.raw += text;
    if (!this.isBlank || text.trim() === '') return true;
    this.isBlank = false;
    this.isSafe = SAFE_BEGINNING.test(text.trimStart());
    return !this.isAddress || !isBranch || this.isSafe;
  }

  /** What kind of value may stand here; null: none, because the text before it may become any scheme with it. */
  addValue(isFormatted: boolean): SlotKind | 'formatted' | null {
    const wasBlank = this.isBlank;
    this.raw += VALUE;
    this.isBlank = false;
    if (this.name === 'style') return isFormatted ? 'formatted' : 'css';
    if (!this.isAddress) return isFormatted ? 'formatted' : 'html';
    if (wasBlank) return isFormatted ? null : 'url';
    if (!this.isSafe) return null;
    return isFormatted ? 'formatted' : 'html';
  }

  /** How it stands, to be gone back to for the next branch. */
  state(): AttributeState {
    return { isBlank: this.isBlank, isSafe: this.isSafe };
  }

  restore({ isBlank, isSafe }: AttributeState): void {
    this.isBlank = isBlank;
    this.isSafe = isSafe;
  }

  /** After branches: it may be blank if one of them leaves it so, and is safe if all others are. */
  join(ends: readonly AttributeState[]): void {
    this.isBlank = ends.some(({ isBlank }) => isBlank);
    this.isSafe = ends.every(({ isBlank, isSafe }) => isBlank || isSafe);
  }

  /** As it is shown to the sanitiser. */
  get text(): string {
    return `${this.name}=${this.quote}${this.raw.replaceAll(VALUE, 'x')}${this.quote}`;
  }

  get isCleanStyle(): boolean {
    return this.name !== 'style' || isCleanStyle(this.raw);
  }

  private get isAddress(): boolean {
    return ADDRESSES.has(this.name);
  }
}

export interface AttributeState {
  isBlank: boolean;
  isSafe: boolean;
}
