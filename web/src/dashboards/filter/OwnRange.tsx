import { Button } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseTypedDate } from '@/fields/inputs/DateInputs';
import { currentLanguage } from '@/i18n';
import type { Span } from '@/measures/period';
import { isSpan } from '../filters';

/** Days of one's own, from one to another. */
export default function OwnRange({ value, onDone, onAll, isInside }: { value: Span | undefined; onDone: (span: Span) => void; onAll: () => void; isInside: boolean }) {
  const { t } = useTranslation('work');
  const [from, setFrom] = useState<string | null>(value?.from ?? null);
  const [to, setTo] = useState<string | null>(value?.to ?? null);
  const span = { from, to };
  const isWhole = isSpan(span);
  const isTurned = !!from && !!to && from > to;
  const props = { dateParser: parseTypedDate, locale: currentLanguage(), valueFormat: currentLanguage() === 'ru' ? 'DD.MM.YYYY' : 'D MMM YYYY', popoverProps: { withinPortal: !isInside } };
  return (
    <form className="column gap-8" onSubmit={(event) => { event.preventDefault(); if (isWhole) onDone(span as Span); }}>
      <div className="row gap-8" style={{ alignItems: 'flex-start' }}>
        <DateInput className="grow" label={t('filter.from')} value={from} onChange={setFrom} {...props} />
        <DateInput className="grow" label={t('filter.to')} value={to} onChange={setTo} error={isTurned ? t('dashboards:ends_before') : undefined} {...props} />
      </div>
      <div className="row gap-8 right"><Button variant="subtle" onClick={onAll}>{t('indicators.all_time')}</Button><Button type="submit" disabled={!isWhole}>{t('indicators.apply')}</Button></div>
    </form>
  );
}
