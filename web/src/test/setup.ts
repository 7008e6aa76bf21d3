import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { initialiseLanguage } from '@/i18n';

// What jsdom lacks and Mantine asks for.
window.matchMedia ??= (query: string) => ({ matches: false, media: query, onchange: null, addListener() {}, removeListener() {}, addEventListener() {}, removeEventListener() {}, dispatchEvent: () => false });
window.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} };
(document as { fonts?: unknown }).fonts ??= { addEventListener() {}, removeEventListener() {} };
Element.prototype.scrollIntoView ??= () => undefined;
localStorage.setItem('verstak.language', 'en');
await initialiseLanguage();
// A machine with other work is slow, which is no mistake of the pages.
configure({ asyncUtilTimeout: 15_000 });
afterEach(cleanup);
