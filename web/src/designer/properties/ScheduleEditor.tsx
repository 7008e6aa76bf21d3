import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, currentLocale } from '@/i18n';
import { cronOf, EVERY, simpleOf, USUAL, wordsOf, type Simple } from '../model/cron';

const two = (number: number) => String(number).padStart(2, '0');
/** A week that begins on a Monday. */
const weekday = (day: number) => new Date(2024, 0, day).toLocaleDateString(currentLocale(), { weekday: 'long' });

/** When a formula is calculated: chosen, or written as cron where that says more. */
export function ScheduleEditor({ cron, error, onChange }: { cron: string; error?: string; onChange: (cron: string) => void }) {
  const { t } = useTranslation('studio');
  const simple = simpleOf(cron);
  const [written, setWritten] = useState(!simple);
  const chosen = written ? undefined : simple;
  const choose = (every: string | null) => {
    setWritten(every === 'cron');
    if (every && every !== 'cron') onChange(cronOf({ ...(simple ?? USUAL), every: every as Simple['every'] }));
  };
  const set = (part: Partial<Simple>) => chosen && onChange(cronOf({ ...chosen, ...part }));
  const time = (text: string) => {
    const [hour, minute] = text.split(':').map(Number);
    if (hour !== undefined && minute !== undefined && !Number.isNaN(hour + minute)) set({ hour, minute });
  };
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const days = chosen?.every === 'week' ? numbers(1, 7).map((day) => ({ value: String(day), label: weekday(day) })) : numbers(1, 28).map((day) => ({ value: String(day), label: String(day) }));
  const words = wordsOf(cron, currentLanguage());

  return (
    <div style={{ marginTop: 10 }}>
      <Select label={t('schedule.every')} allowDeselect={false} value={chosen?.every ?? 'cron'} onChange={choose} data={[...EVERY, 'cron'].map((value) => ({ value, label: t(`schedule.${value}`) }))} />
      {chosen && (
        <div className="pair" style={{ marginTop: 8 }}>
          {(chosen.every === 'week' || chosen.every === 'month') && <Select label={t(chosen.every === 'week' ? 'schedule.weekday' : 'schedule.date')} allowDeselect={false} value={String(chosen.day)} onChange={(day) => day && set({ day: Number(day) })} data={days} />}
          {chosen.every === 'hour'
            ? <Select label={t('schedule.minute')} allowDeselect={false} value={String(chosen.minute)} onChange={(minute) => minute && set({ minute: Number(minute) })} data={numbers(0, 59).map((minute) => ({ value: String(minute), label: two(minute) }))} />
            : <TextInput type="time" label={t('schedule.at')} value={`${two(chosen.hour)}:${two(chosen.minute)}`} onChange={(event) => time(event.currentTarget.value)} />}
        </div>
      )}
      {written && <TextInput mt={8} label={t('schedule.cron_label')} description={t('schedule.cron_text')} classNames={{ input: 'expression' }} value={cron} error={error} spellCheck={false} onChange={(event) => onChange(event.currentTarget.value)} />}
      {words && !error && <p className="hint" style={{ marginTop: 6 }}>{t('schedule.words', { words })}</p>}
    </div>
  );
}
