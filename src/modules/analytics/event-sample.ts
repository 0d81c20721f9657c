/** Events as rows of numbers (bucket, group and person), so that a million of them takes some megabytes. */
export class EventSample {
  private readonly buckets: number[] = [];
  private readonly groups: number[] = [];
  private readonly persons: number[] = [];
  private readonly groupNames = new Names<string | null>();
  private readonly personNames = new Names<string>();

  get size(): number {
    return this.buckets.length;
  }

  /** `person` null: the event cannot be counted for a person. */
  add(bucket: number, group: string | null, person: string | null): void {
    this.buckets.push(bucket);
    this.groups.push(this.groupNames.idOf(group));
    this.persons.push(person === null ? -1 : this.personNames.idOf(person));
  }

  /** The values of each bucket, for the largest groups and for all others together (`other`), largest first. */
  series(
    measure: 'count' | 'users',
    bucketCount: number,
    largest: number,
    other: string,
  ): { group: string | null; values: number[] }[] {
    const order = this.totals(measure)
      .map((total, id) => ({ total, id }))
      .sort((a, b) => b.total - a.total || a.id - b.id);
    const places = new Map(order.slice(0, largest).map(({ id }, place) => [id, place]));
    const names = [...places.keys()].map((id) => this.groupNames.nameOf(id) ?? null);
    if (order.length > largest) names.push(other);
    const tallies = names.map(() => Array.from({ length: bucketCount }, () => new Tally(measure)));
    for (const [row, bucket] of this.buckets.entries()) {
      const place = places.get(this.groups[row] ?? -1) ?? largest;
      tallies[place]?.[bucket]?.add(this.persons[row] ?? -1);
    }
    return names.map((group, place) => ({ group, values: (tallies[place] ?? []).map(({ value }) => value) }));
  }

  private totals(measure: 'count' | 'users'): number[] {
    const tallies = Array.from({ length: this.groupNames.size }, () => new Tally(measure));
    for (const [row, group] of this.groups.entries()) tallies[group]?.add(this.persons[row] ?? -1);
    return tallies.map(({ value }) => value);
  }
}

class Tally {
  private count = 0;
  private readonly persons: Set<number> | null;

  constructor(measure: 'count' | 'users') {
    this.persons = measure === 'users' ? new Set() : null;
  }

  add(person: number): void {
    if (!this.persons) this.count += 1;
    else if (person >= 0) this.persons.add(person);
  }

  get value(): number {
    return this.persons?.size ?? this.count;
  }
}

class Names<T> {
  private readonly ids = new Map<T, number>();
  private readonly names: T[] = [];

  get size(): number {
    return this.names.length;
  }

  idOf(name: T): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    this.ids.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  nameOf(id: number): T | undefined {
    return this.names[id];
  }
}
