const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const UNKNOWN = '–';

export const number = (value: number | null): string => {
  if (value === null) return UNKNOWN;
  return Math.abs(value) >= 100_000 ? COMPACT.format(value) : NUMBER.format(value);
};

export const percent = (share: number | null): string =>
  share === null ? UNKNOWN : `${NUMBER.format(share * 100)} %`;

export const ms = (value: number | null): string => {
  if (value === null) return UNKNOWN;
  return value < 1_000 ? `${NUMBER.format(value)} ms` : seconds(value / 1_000);
};

/** `4.2 s`, `3 min`, `5 h`, `2 d`. */
export function seconds(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value < 90) return `${NUMBER.format(value)} s`;
  if (value < 5_400) return `${Math.round(value / 60)} min`;
  if (value < 129_600) return `${Math.round(value / 3_600)} h`;
  return `${Math.round(value / 86_400)} d`;
}

export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let left = value;
  let unit = 0;
  while (left >= 1_024 && unit < units.length - 1) {
    left /= 1_024;
    unit += 1;
  }
  return `${NUMBER.format(left)} ${units[unit] ?? ''}`;
}

/** In the time zone of the browser. */
export const moment = (text: string): string => MOMENT.format(new Date(text));

/** `12 s ago`, `in 3 min`. */
export function fromNow(text: string, now = Date.now()): string {
  const away = (new Date(text).getTime() - now) / 1_000;
  if (Math.abs(away) < 1) return 'now';
  return away < 0 ? `${seconds(Math.round(-away))} ago` : `in ${seconds(Math.round(away))}`;
}
