import { fromNow, moment } from './format.js';

/** How long ago a moment is, with the exact moment as a tooltip. */
export function Moment({ at }: { at: string | null }) {
  if (at === null) return <span class="muted">–</span>;
  return (
    <time dateTime={at} title={moment(at)}>
      {fromNow(at)}
    </time>
  );
}
