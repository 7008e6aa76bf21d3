import { expect, it } from 'vitest';
import { safeNext } from './next';

it('G4: follows no address outside the product', () => {
  for (const evil of ['//evil.example', '/\\evil.example', 'https:evil.example', 'https://evil.example', 'javascript:alert(1)', '\\\\evil', '/\t/evil.example', '/\n//evil', '/a\\b', ' /e', '', undefined, 7, '/login?next=/', '/second-factor']) expect(safeNext(evil), String(evil)).toBe('/');
  for (const own of ['/', '/e/deal', '/e/deal?filter=a', '/me#x']) expect(safeNext(own)).toBe(own);
});
