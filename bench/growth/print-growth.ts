import { table } from '../../src/cli/terminal/table.js';
import type { GrowthResult } from './measure-shape.js';

export const MOST_GROWTH = 1.5;

const ms = (value: number): string => value.toFixed(2);

/** The table that people read. What grows by more than the floor allows is marked. */
export function printedGrowth(results: readonly GrowthResult[]): string {
  const rows = results.map(({ route, what, small, large, smallP50Ms, largeP50Ms, ratio }) => [
    route.replace('/api/v1', ''),
    what,
    `${small.toLocaleString('en-US')} → ${large.toLocaleString('en-US')}`,
    ms(smallP50Ms),
    ms(largeP50Ms),
    `×${ratio.toFixed(2)}${ratio > MOST_GROWTH ? ' ✗' : ''}`,
  ]);
  return table(['route', 'read', 'rows', 'p50 small, ms', 'p50 large, ms', 'ratio'], rows);
}
