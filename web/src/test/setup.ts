import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { initialiseLanguage } from '@/i18n';

// What jsdom lacks and Mantine asks for. Motion is off: a transition turned round while it begins leaves a timer that
// nothing clears, which would run after the page of the test is gone.
window.matchMedia ??= (query: string) => ({ matches: query.includes('prefers-reduced-motion'), media: query, onchange: null, addListener() {}, removeListener() {}, addEventListener() {}, removeEventListener() {}, dispatchEvent: () => false });
window.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} };
(document as { fonts?: unknown }).fonts ??= { addEventListener() {}, removeEventListener() {} };
Element.prototype.scrollIntoView ??= () => undefined;
localStorage.setItem('verstak.language', 'en');
await initialiseLanguage();
// A machine with other work is slow, which is no mistake of the pages.
configure({ asyncUtilTimeout: 15_000 });
afterEach(cleanup);
