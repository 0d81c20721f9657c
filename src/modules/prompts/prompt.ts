/** A question of the library that people write about. It belongs to no organisation. */
export interface Prompt {
  id: string;
  text: string;
  category: string | null;
  /** Whether it may be chosen for the set of a day. */
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export type NewPrompt = Pick<Prompt, 'id' | 'text' | 'category' | 'isActive'>;
