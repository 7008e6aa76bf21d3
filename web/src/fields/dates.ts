import i18next from 'i18next';
import { currentLocale } from '@/i18n';

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(currentLocale(), options);
const isRussian = () => currentLocale() === 'ru-RU';

/** A calendar date as the reader writes it: `28 Nov 2026`, `28.11.2026`. */
export function formatDate(value: string): string {
  const [year, month, day] = value.split('-').map(Number);
  if (!year || !month || !day) return value;
  const date = new Date(year, month - 1, day);
  return isRussian() ? format({ day: '2-digit', month: '2-digit', year: 'numeric' }).format(date) : format({ day: 'numeric', month: 'short', year: 'numeric' }).format(date);
}

/** The period that begins with a date: `November 2026`, `4th quarter 2026`, `IV квартал 2026`, `2026`. */
export function formatPeriod(value: string, unit: 'day' | 'month' | 'quarter' | 'year'): string {
  const [year, month] = value.split('-').map(Number);
  if (unit === 'day' || !year || !month) return formatDate(value);
  if (unit === 'year') return String(year);
  if (unit === 'quarter') return i18next.t(`work:dates.quarter_${Math.ceil(month / 3)}`, { year });
  return format({ month: 'long', year: 'numeric' }).format(new Date(year, month - 1, 1)).replace(/\s*г\.$/, '');
}

export function formatDateTime(value: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const day = isRussian() ? format({ day: '2-digit', month: '2-digit', year: 'numeric' }).format(date) : format({ day: 'numeric', month: 'short', year: 'numeric' }).format(date);
  return `${day}, ${formatClock(date)}`;
}

export const formatClock = (date: Date) => format({ hour: '2-digit', minute: '2-digit', hour12: false }).format(date);

/** A heading of a feed: today, yesterday, or the date. */
export function formatDay(value: string): string {
  const date = new Date(value);
  const days = Math.round((startOfDay(new Date()) - startOfDay(date)) / 86_400_000);
  if (days === 0 || days === 1) return i18next.t(days === 0 ? 'work:dates.today' : 'work:dates.yesterday');
  return format({ day: 'numeric', month: 'long', year: date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric' }).format(date);
}

const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** `12 min ago`, `3 дня назад`; the date when it is long past. */
export function formatAgo(value: string): string {
  const seconds = Math.round((new Date(value).getTime() - Date.now()) / 1000);
  const relative = new Intl.RelativeTimeFormat(currentLocale(), { numeric: 'auto', style: 'short' });
  const past = Math.abs(seconds);
  if (past < 60) return i18next.t('work:dates.now');
  if (past < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (past < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  if (past < 86_400 * 14) return relative.format(Math.round(seconds / 86_400), 'day');
  return formatDate(toDateText(new Date(value)));
}

export const toDateText = (date: Date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;

export const formatTime = (value: string) => value.replace(/^(\d{2}:\d{2}):00(\.0+)?$/, '$1');

const DURATION = /^(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/;

/** ISO 8601 duration as `2 h 30 min`. */
export function formatDuration(value: string): string {
  const match = DURATION.exec(value);
  if (!match) return value;
  const days = Number(match[2] ?? 0) * 7 + Number(match[3] ?? 0);
  const parts = ([['day', days], ['hour', Number(match[4] ?? 0)], ['minute', Number(match[5] ?? 0)], ['second', Number(match[6] ?? 0)]] as const).filter(([, amount]) => amount > 0);
  const text = parts.map(([unit, amount]) => new Intl.NumberFormat(currentLocale(), { style: 'unit', unit, unitDisplay: 'short' }).format(amount)).join(' ');
  return `${match[1] ?? ''}${text || new Intl.NumberFormat(currentLocale(), { style: 'unit', unit: 'minute', unitDisplay: 'short' }).format(0)}`;
}

/** What a person typed (`2h 30m`, `2 ч 30 мин`, `1:45`, `90`) as an ISO 8601 duration; a bare number is minutes. */
export function parseDuration(typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (!text) return undefined;
  const clock = /^(\d+):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  if (clock) return isoDuration(0, Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0));
  if (/^\d+$/.test(text)) return isoDuration(0, 0, Number(text), 0);
  const pattern = /(\d+)\s*(дн\.?|день|дня|дней|days?|d|д|час(?:а|ов)?|hours?|hrs?|h|ч|мин\.?|минут[аы]?|min(?:ute)?s?|m|м|сек\.?|seconds?|secs?|s|с)(?![\p{L}])/gu;
  const amounts = { d: 0, h: 0, m: 0, s: 0 };
  const rest = text.replace(pattern, (_, amount: string, unit: string) => {
    const kind = /^[dд]/.test(unit) ? 'd' : /^[hч]/.test(unit) ? 'h' : /^[mм]/.test(unit) ? 'm' : 's';
    amounts[kind] += Number(amount);
    return '';
  });
  return rest.trim() === '' && Object.values(amounts).some(Boolean) ? isoDuration(amounts.d, amounts.h, amounts.m, amounts.s) : undefined;
}

function isoDuration(days: number, hours: number, minutes: number, seconds: number): string {
  const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return `PT${h ? `${h}H` : ''}${m ? `${m}M` : ''}${s || total === 0 ? `${s}S` : ''}`;
}
