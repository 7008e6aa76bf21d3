/** Only addresses inside the product are followed after signing in. */
export const safeNext = (next: unknown) => (typeof next === 'string' && /^\/(?![/\\])[^\u0000-\u001f\\]*$/.test(next) && !next.startsWith('/login') && !next.startsWith('/second-factor') ? next : '/');
