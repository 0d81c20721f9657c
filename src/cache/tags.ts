/** Cache tags. All of one organisation start alike, so that their Redis keys share one hash slot. */
export const tags = {
  /** Every list of a resource. */
  collection: (orgId: string, resource: string): string => `o:${orgId}:${resource}`,
  /** One record of a resource. */
  entity: (orgId: string, resource: string, id: string): string => `o:${orgId}:${resource}:${id}`,
};
