import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import dayjs from 'dayjs';
import 'dayjs/locale/ru';

export type Language = 'en' | 'ru';
export const LANGUAGES: Language[] = ['en', 'ru'];

const KEY = 'verstak.language';
const files = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*/*.json');

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = files[`./locales/${language}/${namespace}.json`];
    if (!load) return done(new Error(`no texts ${language}/${namespace}`), null);
    load().then((module) => done(null, module.default as never), (error: Error) => done(error, null));
  },
};

/** The language before anybody has signed in: the one chosen last, else the browser's. */
export function guessLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === 'en' || kept === 'ru') return kept;
  return navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en';
}

export async function initialiseLanguage() {
  await i18next.use(backend).use(initReactI18next).init({
    lng: guessLanguage(),
    supportedLngs: LANGUAGES,
    fallbackLng: 'en',
    ns: ['common', 'work', 'account'],
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    react: { useSuspense: true },
  });
  adopt(i18next.language);
}

function adopt(language: string) {
  document.documentElement.lang = language;
  dayjs.locale(language);
  localStorage.setItem(KEY, language);
}

export async function changeLanguage(language: Language) {
  if (i18next.language === language) return;
  await i18next.changeLanguage(language);
  adopt(language);
}

const CHOSEN = 'verstak.language.chosen';

/** The language picked by hand while nobody was signed in, until the server knows it as the person's own. */
export function chosenLanguage(): Language | null {
  const chosen = sessionStorage.getItem(CHOSEN);
  return chosen === 'en' || chosen === 'ru' ? chosen : null;
}

export const forgetChosenLanguage = () => sessionStorage.removeItem(CHOSEN);

export function chooseLanguage(language: Language) {
  sessionStorage.setItem(CHOSEN, language);
  return changeLanguage(language);
}

export const currentLanguage = (): Language => (i18next.language === 'ru' ? 'ru' : 'en');
/** The locale of numbers and dates: British for English. */
export const currentLocale = () => (currentLanguage() === 'ru' ? 'ru-RU' : 'en-GB');
