import { useEffect, useState } from 'preact/hooks';

import { linkTo, useRoute } from '../hooks/use-route.js';
import { PageTitle } from '../ui/page-title.js';
import { AccountBox } from './account-box.js';
import { AwayNote } from './away-note.js';
import { Mark } from './mark.js';
import { PAGES } from './pages.js';
import { isOperator, useViewer } from './viewer.js';

/** The navigation, a note about stores that are away, and the page that the address names. */
export function Shell() {
  const { page, detail } = useRoute();
  const viewer = useViewer();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [page, detail]);
  const shown = PAGES.find(({ name }) => name === page);
  const isAllowed = !shown?.isForOperators || isOperator(viewer);
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to the page
      </a>
      <header class="side">
        <div class="brand">
          <Mark />
          <button
            type="button"
            class="button quiet menu"
            aria-expanded={isOpen}
            aria-controls="navigation"
            onClick={() => setOpen(!isOpen)}
          >
            Menu
          </button>
        </div>
        <div id="navigation" class={isOpen ? 'open' : ''}>
          <nav aria-label="Pages">
            <ul>
              {PAGES.filter((one) => !one.isForOperators || isOperator(viewer)).map(({ name, title }) => (
                <li key={name}>
                  <a href={linkTo(name)} aria-current={name === page ? 'page' : undefined}>
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <AccountBox />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <AwayNote />
        {shown && isAllowed ? <shown.Component key={page} /> : <Unknown />}
      </main>
    </div>
  );
}

/** The address after `#` names the page, so the link must not change it. */
function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

const Unknown = () => (
  <>
    <PageTitle title="Nothing here" />
    <p class="empty">There is no such page, or your account may not see it.</p>
  </>
);
