import { useState } from 'preact/hooks';

import { api, ask } from '../api/client.js';
import { signIn } from '../api/session.js';
import { useAction } from '../hooks/use-action.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { PageTitle } from '../ui/page-title.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Mark } from './mark.js';

interface LoginAnswer {
  access_token: string;
}

/** Exchanges a password for the session of this tab. */
export function Login() {
  return (
    <main class="centred">
      <div class="login card">
        <Mark />
        <PageTitle title="Sign in" />
        <LoginForm />
      </div>
    </main>
  );
}

export function LoginForm() {
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const { run, isBusy, problem } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const who = account.includes('@') ? { email: account } : { username: account };
      const { data } = await ask<LoginAnswer>('POST', api('auth/login'), { body: { ...who, password } });
      signIn(data.access_token);
    });
  };
  return (
    <form class="login-form" onSubmit={submit}>
      <Field
        label="E-mail or username"
        value={account}
        onChange={setAccount}
        input={{ autocomplete: 'username', required: true, autocapitalize: 'none' }}
      />
      <Field
        label="Password"
        value={password}
        onChange={setPassword}
        input={{ type: 'password', autocomplete: 'current-password', required: true }}
      />
      <ProblemNote problem={problem} />
      <Button type="submit" kind="primary" isBusy={isBusy}>
        Sign in
      </Button>
      <p class="hint">
        <code>npm run quickstart</code> prints a login to try.
      </p>
    </form>
  );
}
