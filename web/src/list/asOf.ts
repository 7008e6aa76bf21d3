import { currentLocale } from '@/i18n';

/** The moment of which kept rows are, as people say it. */
export const momentOf = (text: string): string => new Date(text).toLocaleString(currentLocale(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
