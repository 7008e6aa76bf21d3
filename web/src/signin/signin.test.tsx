import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { api } from '@/api/client';
import { renderPage } from '@/test/render';
import { ProofHost } from './ProofHost';
import { SignIn } from './SignIn';

const answer = (status: number, body: unknown) => new Response(body === undefined ? null : JSON.stringify(body), { status });
const problem = (status: number, code: string, path = '') => answer(status, { status, code, detail: code, errors: [{ path, code, message: code }] });

afterEach(() => vi.unstubAllGlobals());

it('I16: asks for the password and repeats the act', async () => {
  let confirmed = false;
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    calls.push(`${init.method} ${path}`);
    if (path === '/api/auth/confirm') {
      confirmed = String(init.body).includes('right');
      return confirmed ? answer(204, undefined) : problem(422, 'user.password_wrong', '/password');
    }
    return confirmed ? answer(201, { token: 'x' }) : problem(401, 'reauth');
  });
  await renderPage(<ProofHost />);
  const made = api.post<{ token: string }>('/api/auth/tokens', { name: 't' });
  const field = await screen.findByLabelText('Password');
  await userEvent.type(field, 'wrong');
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  await screen.findByText('user.password_wrong');
  await userEvent.clear(field);
  await userEvent.type(field, 'right');
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  expect(await made).toEqual({ token: 'x' });
  expect(calls.filter((call) => call === 'POST /api/auth/tokens')).toHaveLength(2);

  confirmed = false;
  const given = api.post('/api/auth/tokens', {}).catch((cause: { status: number }) => cause.status);
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  expect(await given).toBe(401);
});

it('asks for the code of the second factor after the password', async () => {
  const bodies: unknown[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path === '/api/auth/methods') return answer(200, { oidc: { label: 'Sign in with Acme' } });
    const body = JSON.parse(String(init.body)) as { code?: string };
    bodies.push(body);
    return problem(401, body.code ? 'auth.second_factor_wrong' : 'auth.second_factor');
  });
  await renderPage(<SignIn />);
  await screen.findByRole('button', { name: 'Sign in with Acme' });
  await userEvent.type(screen.getByLabelText('Email'), 'a@b.c');
  await userEvent.type(screen.getByLabelText('Password'), 'secret word');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  await userEvent.type(await screen.findByLabelText('Code'), '123456');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  await screen.findByText('auth.second_factor_wrong');
  await waitFor(() => expect(bodies).toEqual([{ email: 'a@b.c', password: 'secret word' }, { email: 'a@b.c', password: 'secret word', code: '123456' }]));
});
