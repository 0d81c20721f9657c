import type { ComponentType } from 'preact';

import { AccessPage } from '../pages/access/access-page.js';
import { ActivityPage } from '../pages/activity/activity-page.js';
import { AnalyticsPage } from '../pages/analytics/analytics-page.js';
import { DeploymentsPage } from '../pages/deployments/deployments-page.js';
import { FlagsPage } from '../pages/flags/flags-page.js';
import { LettersPage } from '../pages/letters/letters-page.js';
import { OverviewPage } from '../pages/overview/overview-page.js';

interface ListedPage {
  name: string;
  title: string;
  Component: ComponentType;
  /** Only platform admins may read what it shows. */
  isForOperators?: true;
}

/** The pages in the order of the navigation. */
export const PAGES: readonly ListedPage[] = [
  { name: 'overview', title: 'Overview', Component: OverviewPage },
  { name: 'letters', title: 'Dead letters & jobs', Component: LettersPage, isForOperators: true },
  { name: 'activity', title: 'Activity', Component: ActivityPage },
  { name: 'access', title: 'Keys & members', Component: AccessPage },
  { name: 'deployments', title: 'Deployments', Component: DeploymentsPage },
  { name: 'flags', title: 'Feature flags', Component: FlagsPage },
  { name: 'analytics', title: 'Analytics', Component: AnalyticsPage },
];
