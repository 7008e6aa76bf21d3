import { ActionIcon, Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isNumeric, targetOf } from '@/catalog/catalog';
import type { AmountDoc } from '../../model/dashboard';
import { amountOf, freshAmount } from '../../model/dashboardAmounts';
import { countedOf, counting, TALLIES, type Tally } from '../../model/measure';
import { messageAt } from '../../model/problems';
import { labelOf, type MeasureDoc, type Problem } from '../../model/types';
import { PathInput } from '../../measures/PathInput';
import { ExpressionText } from '../../parts/expression/ExpressionText';
import { LabelInputs } from '../../parts/LabelInputs';
import { useStudio } from '../../state/StudioProvider';
import { useSubject } from '../useSubject';

interface Props {
  label: string;
  entity: string;
  value: AmountDoc[];
  /** How many there may be. */
  most: number;
  problems: Problem[];
  onChange: (amounts: AmountDoc[], mark?: string) => void;
}

/** The numbers made of each group: how many records, a function of a field, or an expression. */
export function Amounts({ label, entity, value, most, problems, onChange }: Props) {
  const { t } = useTranslation('studio');
  const subject = useSubject()(entity);
  const add = () => subject && onChange([...value, freshAmount(subject, value)]);
  return (
    <div role="group" aria-label={label} className="column gap-8">
      <div className="form-label" aria-hidden style={{ margin: 0 }}>{label}</div>
      {value.map((one, at) => <Amount key={`${entity}.${one.name}`} entity={entity} amount={one} at={at} problems={problems} onChange={(next, mark) => onChange(value.map((other, index) => (index === at ? next : other)), mark && `amount.${at}.${mark}`)} onRemove={value.length > 1 ? () => onChange(value.filter((_, index) => index !== at)) : undefined} />)}
      {value.length < most && <div><Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={add}>{t('dashboards.add_amount')}</Button></div>}
    </div>
  );
}

const WRITTEN = 'written';

interface AmountProps {
  entity: string;
  amount: AmountDoc;
  at: number;
  problems: Problem[];
  onChange: (amount: AmountDoc, mark?: string) => void;
  onRemove?: () => void;
}

function Amount({ entity, amount, at, problems, onChange, onRemove }: AmountProps) {
  const { t } = useTranslation('studio');
  const { draftCatalog, language } = useStudio();
  const subject = useSubject()(entity);
  const counted = countedOf(amount.expression);
  const [written, setWritten] = useState(!counted);
  // A function chosen whose field is not chosen yet.
  const [waiting, setWaiting] = useState<Tally | null>(null);
  const tally = waiting ?? counted?.tally ?? 'count';
  const name = labelOf({ label: amount.label, name: amount.name }, language);
  const wrong = (key: string) => messageAt(problems, `measures/${at}/${key}`);
  const choose = (next: string) => {
    setWritten(next === WRITTEN);
    setWaiting(null);
    if (next === WRITTEN || !subject) return;
    if (next === 'count') onChange(amountOf(subject, amount, { tally: 'count' }));
    else if (counted?.path) onChange(amountOf(subject, amount, { tally: next as Tally, path: counted.path }));
    else setWaiting(next as Tally);
  };
  const pick = (path: string | undefined) => {
    if (!path || !subject) return;
    setWaiting(null);
    onChange(amountOf(subject, amount, { tally, path }, draftCatalog()));
  };
  const format = amount.format;
  const retype = (type: string | null) => onChange({ ...amount, format: type ? { ...(type === 'money' && { currency: format?.currency }), ...(type !== 'integer' && { scale: format?.scale }), type: type as NonNullable<MeasureDoc['format']>['type'] } : undefined });
  const mistakes = problems.filter((one) => one.path.startsWith(`/measures/${at}/expression`));
  return (
    <div className="board-amount">
      <div className="row gap-4">
        <Select className="grow" aria-label={t('measures.counted')} allowDeselect={false} data={[...TALLIES.map((value) => ({ value, label: t(`measures.${value}`) })), { value: WRITTEN, label: t('measures.written') }]} value={written ? WRITTEN : tally} onChange={(next) => next && choose(next)} />
        {onRemove && <ActionIcon aria-label={t('dashboards.remove_amount', { name })} title={t('dashboards.remove_amount', { name })} onClick={onRemove}><IconTrash size={15} stroke={1.75} /></ActionIcon>}
      </div>
      {!written && tally !== 'count' && <PathInput label={t('measures.of')} entity={entity} value={waiting ? undefined : counted?.path} error={waiting ? t('measures.choose_field') : wrong('expression')} accept={(field) => (tally === 'count_distinct' ? !targetOf(field) || field.type === 'link' || field.type === 'user' : isNumeric(field))} onChange={pick} />}
      {written && <ExpressionText label={t('measures.expression')} value={amount.expression} catalog={draftCatalog()} entity={entity} mistakes={mistakes} error={mistakes[0]?.message} placeholder={counting({ tally: 'count' })} onChange={(expression) => onChange({ ...amount, expression }, 'expression')} />}
      <details className="details">
        <summary>{t('dashboards.called', { name })}</summary>
        <div className="column gap-10">
          <LabelInputs label={t('measures.label')} value={amount.label} error={wrong('label')} onChange={(label) => onChange({ ...amount, label }, 'label')} />
          <div className="pair">
            <Select label={t('measures.format')} clearable clearButtonProps={{ 'aria-label': t('part.clear') }} placeholder={t('measures.format_auto')} data={(['integer', 'decimal', 'money', 'percent'] as const).map((value) => ({ value, label: t(`type.${value}`) }))} value={format?.type ?? null} error={wrong('format/type')} onChange={retype} />
            {format && format.type !== 'integer' && <NumberInput label={t('properties.scale')} min={0} max={12} allowDecimal={false} value={format.scale ?? (format.type === 'percent' ? 0 : 2)} error={wrong('format/scale')} onChange={(scale) => typeof scale === 'number' && onChange({ ...amount, format: { ...format, scale } }, 'scale')} />}
          </div>
          {format?.type === 'money' && <TextInput label={t('measures.currency')} placeholder={t('measures.currency_auto')} maxLength={3} value={format.currency ?? ''} error={wrong('format/currency')} onChange={(event) => onChange({ ...amount, format: { ...format, currency: event.currentTarget.value.toUpperCase() || undefined } }, 'currency')} />}
        </div>
      </details>
    </div>
  );
}
