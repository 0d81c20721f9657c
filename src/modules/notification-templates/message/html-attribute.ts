import { isCleanStyle } from './html-list.js';
import type { SlotKind } from './slots.js';

const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'background']);
/** The beginning of an address after which no further text can change its scheme. */
const SAFE_BEGINNING = /^(?:https?:\/\/|mailto:|tel:|cid:|#)/i;
/** Represents a value in the text that the sanitiser checks. */
const VALUE = '\uE000';

/** The value of an attribute while the scanner reads it. */
export class HtmlAttribute {
  /** The texts of all branches, one after the other. */
  raw = '';
  /** The value is still empty. */
  private isBlank = true;
  private isSafe = true;

  constructor(
    readonly name: string,
    readonly quote: string,
    /** In how many branches the attribute lies. */
    readonly depth: number,
  ) {}

  /** False: the text begins an address within a branch, and could become another scheme. */
  addText(text: string, isBranch: boolean): boolean {
    this.raw += text;
    if (!this.isBlank || text.trim() === '') return true;
    this.isBlank = false;
    this.isSafe = SAFE_BEGINNING.test(text.trimStart());
    return !this.isAddress || !isBranch || this.isSafe;
  }

  /**
   * The kind of value that may be inserted here. Null: none, because together with the text before it the value could
   * become any scheme.
   */
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

  /** The present state, to which the scanner returns for the next branch. */
  state(): AttributeState {
    return { isBlank: this.isBlank, isSafe: this.isSafe };
  }

  restore({ isBlank, isSafe }: AttributeState): void {
    this.isBlank = isBlank;
    this.isSafe = isSafe;
  }

  /** Call it after branches. The value may be blank if one of them leaves it blank, and is safe if all others are. */
  join(ends: readonly AttributeState[]): void {
    this.isBlank = ends.some(({ isBlank }) => isBlank);
    this.isSafe = ends.every(({ isBlank, isSafe }) => isBlank || isSafe);
  }

  /** The text that the sanitiser checks. */
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
