import { Store, useStore } from '../api/store.js';

interface Toast {
  id: number;
  text: string;
}

const SHOWN_MS = 6_000;
const toasts = new Store<readonly Toast[]>([]);
let last = 0;

/** Shows for a few seconds that an action has succeeded. */
export function toast(text: string): void {
  const id = (last += 1);
  toasts.set([...toasts.value, { id, text }]);
  setTimeout(() => toasts.set(toasts.value.filter((one) => one.id !== id)), SHOWN_MS);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {useStore(toasts).map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
