import type { ComponentChildren } from 'preact';

export interface Column<T> {
  title: string;
  /** Only screen readers get the heading. */
  isTitleHidden?: boolean;
  cell: (row: T) => ComponentChildren;
  isNumber?: boolean;
}

interface TableProps<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  empty: ComponentChildren;
  isLoading?: boolean;
  more?: (() => void) | null;
  isLoadingMore?: boolean;
}

/** A table that becomes a list of cards on a narrow screen. */
export function Table<T>({
  caption,
  columns,
  rows,
  keyOf,
  empty,
  isLoading,
  more,
  isLoadingMore,
}: TableProps<T>) {
  if (rows.length === 0) return <p class="empty">{isLoading ? 'Loading …' : empty}</p>;
  return (
    <>
      <table>
        <caption class="for-screen-readers">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isTitleHidden, isNumber }) => (
              <th key={title} scope="col" class={isNumber ? 'number' : ''}>
                <span class={isTitleHidden ? 'for-screen-readers' : ''}>{title}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, isTitleHidden, cell, isNumber }) => (
                <td key={title} class={isNumber ? 'number' : ''} data-title={isTitleHidden ? '' : title}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more && (
        <div class="more">
          <button type="button" class="button plain" onClick={more} disabled={Boolean(isLoadingMore)}>
            Show more
          </button>
        </div>
      )}
    </>
  );
}
