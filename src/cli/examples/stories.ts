/** The scripts of `examples/`, in the order in which they run. */
export const STORIES = [
  'mixed-databases',
  'nestjs-hybrid',
  'polyglot-persistence',
  'dual-database-rooms',
  'hybrid-usage',
] as const;

export type Story = (typeof STORIES)[number];

/** Stories some of whose routes do not exist yet. They run only if they are named. */
export const UNFINISHED: readonly Story[] = [];

export const FINISHED: readonly Story[] = STORIES.filter((story) => !UNFINISHED.includes(story));

export const isStory = (name: string): name is Story => STORIES.some((story) => story === name);
