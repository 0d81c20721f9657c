import type { ForeignApi } from './foreign-contract.js';

/** Records which paths belong to foreign contracts when routes are registered. */
export class ForeignPaths {
  private readonly contracts = new Map<string, ForeignApi>();

  add(pattern: string, contract: ForeignApi): void {
    this.contracts.set(pattern, contract);
  }

  of(pattern: string): ForeignApi | undefined {
    return this.contracts.get(pattern);
  }

  entries(): IterableIterator<[string, ForeignApi]> {
    return this.contracts.entries();
  }

  /** The contract of an address that cannot be decoded up to its parameters, so that no route matches. */
  ofUnreadable(url: string): ForeignApi | null {
    for (const [pattern, contract] of this.contracts) {
      const parameter = pattern.indexOf(':');
      if (parameter > 0 && url.startsWith(pattern.slice(0, parameter))) return contract;
    }
    return null;
  }
}
