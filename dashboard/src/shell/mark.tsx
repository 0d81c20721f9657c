/** The logo of the product: three panels. */
export function Mark() {
  return (
    <span class="mark">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
        <rect x="1" y="7" width="8" height="18" rx="2" class="postgres" />
        <rect x="11" y="3" width="10" height="26" rx="2" class="mongodb" />
        <rect x="23" y="7" width="8" height="18" rx="2" class="redis" />
      </svg>
      Triptych
    </span>
  );
}
