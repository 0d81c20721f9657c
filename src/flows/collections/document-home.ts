/** Finds the organisation of a document whose `organization_id` names an organisation that never existed. */
export interface DocumentHome {
  /** Null: it cannot be found, and the document is removed. */
  homeOf(document: Readonly<Record<string, unknown>>): Promise<string | null>;
}
