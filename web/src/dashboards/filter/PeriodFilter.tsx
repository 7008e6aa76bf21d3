import { ActionIcon, Popover, UnstyledButton } from '@mantine/core';
import { IconCalendar, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toDateText } from '@/fields/dates';
import { type Span, spanLabel, step, type Unit } from '@/measures/period';
import { isSpan, periodOf, spanIn, unitIn } from '../filters';

interface Props {
  label: string;
  value: unknown;
  /** The days that the server took for the period. */
  span?: Span | null;
  onChange: (value: unknown) => void;
  large?: boolean;
}

const OwnRange = lazy(() => import('./OwnRange'));

const SEGMENTS: Unit[] = ['week', 'month', 'quarter', 'year'];
const ALL = 'all';

/** The period: whole weeks, months, quarters and years as words, steps between them, days of one's own. */
export function PeriodFilter({ label, value, span, onChange, large = false }: Props) {
  const { t } = useTranslation('work');
  const [opened, setOpened] = useState(false);
  const unit = unitIn(value);
  const days = span ?? spanIn(value);
  const today = toDateText(new Date());
  const at = days?.from ?? today;
  const words = (number: number, year: number) => t('indicators.quarter_of', { number, year });
  const written = days ? spanLabel(days, words) : t('indicators.all_time');
  const isOwn = isSpan(value) && !SEGMENTS.includes(unit!);
  const isStepped = !!unit && SEGMENTS.includes(unit);
  /** The unit that today is in when it is part of what is shown, so that a year leads to this month. */
  const choose = (next: Unit) => onChange(periodOf(next, days && days.from <= today && today <= days.to ? today : at));
  const range = <Suspense fallback={<span className="skeleton" style={{ height: 90 }} />}><OwnRange value={isOwn ? (value as Span) : days} isInside={!large} onDone={(own) => { setOpened(false); onChange(own); }} onAll={() => { setOpened(false); onChange(ALL); }} /></Suspense>;
  const steps = (
    <div className="row gap-2 period-steps">
      <ActionIcon size={large ? 44 : 28} disabled={!isStepped} aria-label={t('indicators.before')} onClick={() => onChange(periodOf(unit!, step(unit!, at, -1)))}><IconChevronLeft size={large ? 20 : 16} stroke={1.75} /></ActionIcon>
      {large && <span className="medium grow period-written" role="status">{written}</span>}
      <ActionIcon size={large ? 44 : 28} disabled={!isStepped} aria-label={t('indicators.after')} onClick={() => onChange(periodOf(unit!, step(unit!, at, 1)))}><IconChevronRight size={large ? 20 : 16} stroke={1.75} /></ActionIcon>
    </div>
  );
  const segments = (
    <div className={large ? 'segments large' : 'segments'} role="radiogroup" aria-label={label}>
      {SEGMENTS.map((one) => (
        <UnstyledButton key={one} role="radio" aria-checked={unit === one} className="segment" tabIndex={unit === one || (!SEGMENTS.includes(unit!) && one === 'week') ? 0 : -1} onClick={() => choose(one)}
          onKeyDown={(event) => {
            const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
            if (!by) return;
            event.preventDefault();
            const next = SEGMENTS[(SEGMENTS.indexOf(one) + by + SEGMENTS.length) % SEGMENTS.length]!;
            choose(next);
            (event.currentTarget.parentElement?.children[SEGMENTS.indexOf(next)] as HTMLElement | undefined)?.focus();
          }}>{unit === one && !large ? written : t(`indicators.${one}`)}</UnstyledButton>
      ))}
    </div>
  );
  if (large) return <div className="column gap-8">{steps}{segments}{range}</div>;
  return (
    <div className="row gap-4 period-filter">
      {segments}
      {steps}
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus width={320}>
        <Popover.Target><UnstyledButton className="chip-button" data-on={isOwn || value === ALL || undefined} aria-expanded={opened} title={t('dashboards:own_period')} onClick={() => setOpened(!opened)}><IconCalendar size={14} stroke={1.75} /><span className="visually-hidden">{t('dashboards:own_period')}</span>{!isStepped && <span>{written}</span>}</UnstyledButton></Popover.Target>
        <Popover.Dropdown p={12} aria-label={t('dashboards:own_period')}>{range}</Popover.Dropdown>
      </Popover>
    </div>
  );
}
