/** The filters as the address contains them. Moments have the form of `datetime-local`, in the time zone of the browser. */
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

/** The parameters of `GET /api/v1/activity`. */
export const toParameters = ({ from, to, ...equal }: ActivityFilter): Record<string, string> => ({
  ...equal,
  from: instant(from),
  to: instant(to),
});

function instant(local: string): string {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
