/** The days of earlier years that are remembered on a day of the calendar (`11-21`), and the first date that is not earlier. */
export function onThisDay(monthDay: string, today: string): { monthDays: string[]; before: string } {
  const year = today.slice(0, 4);
  // In a year without a 29 February its entries would never be seen.
  return { monthDays: monthDay === '02-28' ? ['02-28', '02-29'] : [monthDay], before: `${year}-01-01` };
}
