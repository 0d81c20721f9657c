/** What the address holds of the filters. Moments are as `datetime-local` has them, in the time zone of the browser. */
export interface ActivityFilter {
  event_type: string;
  user_id: string;
  resource_type: string;
  resource_id: string;
  from: string;
  to: string;
}

export const filterOf = (query: URLSearchParams): ActivityFilter => ({
  event_type: query.get('event_type') ?? '',
  user_id: query.get('user_id') ?? '',
  resource_type: query.get('resource_type') ?? '',
  resource_id: query.get('resource_id') ?? '',
  from: query.get('from') ?? '',
  to: query.get('to') ?? '',
});

/** As `GET /api/v1/activity` takes it. */
export const toParameters = ({ from, to, ...equal }: ActivityFilter): Record<string, string> => ({
  ...equal,
  from: instant(from),
  to: instant(to),
});

function instant(local: string): string {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
