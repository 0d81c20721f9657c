/** The demonstration data. They are public, so never use them in production. */
export const DEMO = {
  organization: { slug: 'demo', name: 'Demo' },
  user: { email: 'demo@triptych.local', username: 'demo', role: 'admin' },
  password: 'triptych-demo',
  apiKey: { name: 'demo', environment: 'test', scopes: ['*'] },
} as const;
