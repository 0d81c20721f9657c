import { nameKey } from '../../../common/text/name-key.js';

/** Records of a person that are matched by their names, and what the file calls them. */
export class OwnNames {
  /** By `nameKey`; null: a dry run would make it. */
  private readonly own = new Map<string, string | null>();
  private readonly keyOfSource = new Map<string, string>();

  /** A record that the person has. */
  add(name: string, id: string | null): void {
    this.own.set(nameKey(name), id);
  }

  has(key: string): boolean {
    return this.own.has(key);
  }

  /** The file calls the record of this name so. */
  refer(sourceId: string, name: string): void {
    this.keyOfSource.set(sourceId, nameKey(name));
  }

  /** The person's own record that the file means; undefined: there is none. */
  ofSource(sourceId: string): string | null | undefined {
    const key = this.keyOfSource.get(sourceId);
    return key === undefined ? undefined : this.own.get(key);
  }

  ofName(name: string): string | null | undefined {
    return this.own.get(nameKey(name));
  }
}
