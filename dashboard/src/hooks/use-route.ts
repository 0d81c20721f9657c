import { useEffect, useState } from 'preact/hooks';

export interface Route {
  /** `flags` of `#/flags/dark_mode?environment=production`. */
  page: string;
  /** `dark_mode`. */
  detail: string | null;
  query: URLSearchParams;
}

function current(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', ...rest] = path.split('/');
  return {
    page: page === '' ? 'overview' : page,
    detail: rest.length === 0 ? null : decodeURIComponent(rest.join('/')),
    query: new URLSearchParams(query),
  };
}

/** The address after `#`, so that pages and their filters can be bookmarked and shared. */
export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const follow = () => setRoute(current());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

export const linkTo = (page: string, detail?: string, query?: Record<string, string>): string => {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== '');
  const text = new URLSearchParams(given).toString();
  return `#/${page}${detail === undefined ? '' : `/${encodeURIComponent(detail)}`}${text === '' ? '' : `?${text}`}`;
};

export function goTo(page: string, detail?: string, query?: Record<string, string>): void {
  location.hash = linkTo(page, detail, query);
}
