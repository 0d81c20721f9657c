/** Cache tags. The tags of one organisation have the same beginning, so that their Redis keys share one hash slot. */
export const tags = {
  /** The epoch of the organisation. Every cached entry of the organisation depends on it. */
  organization: (orgId: string): string => `o:${orgId}`,
  /** Every list of a resource. */
  collection: (orgId: string, resource: string): string => `o:${orgId}:${resource}`,
  /** One record of a resource. */
  entity: (orgId: string, resource: string, id: string): string => `o:${orgId}:${resource}:${id}`,
};

/** The organisation that a tag belongs to, or the first word of any other tag. Never throws. */
export function slotOf(tag: string): string {
  const from = tag.startsWith('o:') ? 2 : 0;
  const to = tag.indexOf(':', from);
  return to === -1 ? tag.slice(from) : tag.slice(from, to);
}

/** The epochs of these tags, each once. */
export const epochsOf = (names: Iterable<string>): string[] => [
  ...new Set(Array.from(names, (tag) => tags.organization(slotOf(tag)))),
];
