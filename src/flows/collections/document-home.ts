/** Knows which organisation a document belongs to whose `organization_id` names none that ever was. */
export interface DocumentHome {
  /** Null: none can be told, and the document is removed. */
  homeOf(document: Readonly<Record<string, unknown>>): Promise<string | null>;
}
