import { useEffect, useState } from 'preact/hooks';

import { ask } from '../api/client.js';
import type { Page } from '../api/types.js';
import { type Query, useQuery } from './use-query.js';
import { useAction } from './use-action.js';

export interface Pages<T> extends Query<Page<T>> {
  items: readonly T[];
  /** Null: there are no more. */
  more: (() => void) | null;
  isLoadingMore: boolean;
}

/** A list, page after page. A new first page drops the later ones. */
export function usePages<T>(path: string | null, everyMs: number | null = null): Pages<T> {
  const first = useQuery<Page<T>>(path, { everyMs });
  const [later, setLater] = useState<{ of: Page<T> | null; items: T[]; cursor: string | null }>({
    of: null,
    items: [],
    cursor: null,
  });
  const loading = useAction();
  useEffect(() => {
    setLater({ of: first.data, items: [], cursor: first.data?.page.next_cursor ?? null });
  }, [first.data]);
  const isCurrent = later.of === first.data;
  const { cursor } = later;
  const more = () =>
    void loading.run(async () => {
      if (path === null || cursor === null) return;
      const separator = path.includes('?') ? '&' : '?';
      const { data } = await ask<Page<T>>('GET', `${path}${separator}cursor=${encodeURIComponent(cursor)}`);
      setLater((last) => ({ ...last, items: [...last.items, ...data.data], cursor: data.page.next_cursor }));
    });
  return {
    ...first,
    items: [...(first.data?.data ?? []), ...(isCurrent ? later.items : [])],
    more: isCurrent && cursor !== null ? more : null,
    isLoadingMore: loading.isBusy,
  };
}
