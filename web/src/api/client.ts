import { currentLanguage } from '@/i18n';
import { ApiError, type Problem } from './error';
import { parseJson, writeJson } from './json';
import { currentPreview } from './preview';

type Query = Record<string, string | number | boolean | undefined | null>;

interface Options {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const signedOutListeners = new Set<() => void>();

/** Calls `listener` whenever the server answers that nobody is signed in. Returns the way to stop. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

let prove: (() => Promise<boolean>) | null = null;

/** Sets who asks the person for the password when an act needs a fresh proof; the answer is whether it was given. */
export function onProofNeeded(ask: (() => Promise<boolean>) | null) {
  prove = ask;
}

function address(path: string, query?: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

async function readProblem(response: Response): Promise<Problem> {
  try {
    return parseJson(await response.text()) as Problem;
  } catch {
    return { status: response.status, title: response.statusText };
  }
}

async function send<T>(method: string, path: string, options: Options = {}, isRepeated = false): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': currentLanguage(), 'X-Verstak': '1', ...options.headers };
  const preview = currentPreview();
  if (preview && !path.startsWith('/api/auth/')) headers['X-Verstak-Preview'] = preview.of;
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) body = options.body;
  else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = writeJson(options.body);
  }
  let response: Response;
  try {
    response = await fetch(address(path, options.query), { method, headers, body, signal: options.signal, credentials: 'same-origin' });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, { status: 0 });
  }
  if (!response.ok) {
    const error = new ApiError(response.status, await readProblem(response));
    // The act goes on where it stopped once the person has typed the password.
    if (error.code === 'reauth') {
      if (!isRepeated && prove && (await prove())) return send<T>(method, path, options, true);
      throw error;
    }
    if (response.status === 401 && !path.startsWith('/api/auth/')) signedOutListeners.forEach((listener) => listener());
    throw error;
  }
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T;
  const text = await response.text();
  return (text ? parseJson(text) : undefined) as T;
}

/** The server's calls, by method. Errors are {@link ApiError}; a lost network has status 0. */
export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => send<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown, options?: Omit<Options, 'body'>) => send<T>('POST', path, { ...options, body }),
  put: <T>(path: string, body?: unknown, options?: Omit<Options, 'body'>) => send<T>('PUT', path, { ...options, body }),
  patch: <T>(path: string, body?: unknown, options?: Omit<Options, 'body'>) => send<T>('PATCH', path, { ...options, body }),
  delete: <T>(path: string, options?: Options) => send<T>('DELETE', path, options),
};
