/**
 * For a day of the year (`11-21`): the days of earlier years to remember on it, and the first date that is not
 * earlier.
 */
export function onThisDay(monthDay: string, today: string): { monthDays: string[]; before: string } {
  const year = today.slice(0, 4);
  // In a year without a 29 February, the entries of that day would never be shown otherwise.
  return { monthDays: monthDay === '02-28' ? ['02-28', '02-29'] : [monthDay], before: `${year}-01-01` };
}
