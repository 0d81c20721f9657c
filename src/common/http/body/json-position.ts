/** The position of a scan of JSON: a stack of open containers, in arrays that are allocated once for each body. */
export class JsonPosition {
  depth = 0;
  /** The next string is the name of a member. */
  expectsKey = false;
  private readonly isArray: boolean[] = [];
  private readonly index: number[] = [];
  private readonly keyStart: number[] = [];
  private readonly keyEnd: number[] = [];

  constructor(private readonly bytes: Buffer) {}

  open(isArray: boolean): void {
    this.isArray[this.depth] = isArray;
    this.index[this.depth] = 0;
    this.depth += 1;
    this.expectsKey = !isArray;
  }

  close(): void {
    if (this.depth > 0) this.depth -= 1;
    this.expectsKey = false;
  }

  /** Call it after a comma. */
  next(): void {
    if (this.depth === 0) return;
    const at = this.depth - 1;
    if (this.isArray[at]) this.index[at] = (this.index[at] ?? 0) + 1;
    else this.expectsKey = true;
  }

  /** The positions include the quotes of the member's name. */
  key(start: number, end: number): void {
    this.keyStart[this.depth - 1] = start;
    this.keyEnd[this.depth - 1] = end;
    this.expectsKey = false;
  }

  /** Dot path of the next value, or of the object if a member's name comes next. */
  path(): string {
    const levels = this.expectsKey ? this.depth - 1 : this.depth;
    return Array.from({ length: levels }, (_, level) => this.step(level)).join('.');
  }

  private step(level: number): string {
    if (this.isArray[level]) return String(this.index[level]);
    const text = this.bytes.toString('utf8', this.keyStart[level], this.keyEnd[level]);
    try {
      return String(JSON.parse(text));
    } catch {
      // The name is not valid JSON. The parser reports that for the whole body if no other fault is found.
      return text;
    }
  }
}
