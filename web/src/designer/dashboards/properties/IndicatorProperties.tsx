import { NumberInput, Select, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { toWire } from '@/fields/mapping';
import { Unread } from '@/fields/unread';
import { PERIOD_WORDS } from '@/measures/api';
import { type GroupUnit, type IndicatorDoc, UNITS } from '../../model/dashboard';
import { wired } from '../../model/dashboardNew';
import { messageAt } from '../../model/problems';
import { labelOf, type MeasureParameterDoc, type Problem } from '../../model/types';
import { useStudio } from '../../state/StudioProvider';
import { useBoard } from '../useBoard';

/** Which number it is, and what is fixed of how it is counted. */
export function IndicatorProperties({ widget, problems }: { widget: IndicatorDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { measures, language, draftCatalog } = useStudio();
  const { doc, change } = useBoard();
  const measure = measures.find((one) => one.name === widget.measure);
  const pick = (name: string) => {
    const next = measures.find((one) => one.name === name);
    const fresh: IndicatorDoc = { ...widget, measure: name, parameters: undefined, filters: undefined, period: next?.date ? widget.period : undefined, mine: next?.person ? widget.mine : undefined, trend: next?.date ? widget.trend : undefined };
    change(wired(fresh, doc.filters ?? [], draftCatalog(), next?.entity));
  };
  const asField = (one: MeasureParameterDoc): Field => ({ id: one.name, name: one.name, label: labelOf(one, language), type: one.type, target: one.target ?? (one.type === 'user' ? 'user' : undefined), choices: one.choices?.map((choice) => ({ value: choice.value, label: labelOf({ label: choice.label, name: choice.value }, language), color: choice.color })) });
  const give = (one: MeasureParameterDoc, value: unknown) => {
    if (value instanceof Unread) return;
    const { [one.name]: _, ...rest } = widget.parameters ?? {};
    const sent = toWire(asField(one), value);
    const parameters = sent === null || sent === undefined ? rest : { ...rest, [one.name]: sent };
    change({ ...widget, parameters: Object.keys(parameters).length ? parameters : undefined }, `parameter.${one.name}`);
  };
  // Whoever is meant by a link is chosen where one looks.
  const plain = (measure?.parameters ?? []).filter((one) => one.type !== 'user' && one.type !== 'link');
  return (
    <>
      <div>
        <Select searchable allowDeselect={false} label={t('dashboards.measure')} data={measures.map((one) => ({ value: one.name, label: labelOf(one, language) }))} value={widget.measure} error={messageAt(problems, 'measure')} nothingFoundMessage={t('part.nothing')} onChange={(name) => name && pick(name)} />
        {measure && <p className="hint board-under">{t('dashboards.measure_text')} <Link to="/studio/measures" search={{ measure: measure.name } as never} className="primary medium">{t('dashboards.change_measure')}</Link></p>}
      </div>
      {plain.map((one) => (
        <div key={one.name}>
          <label className="form-label" htmlFor={`give-${one.name}`}>{labelOf(one, language)}</label>
          <FieldInput id={`give-${one.name}`} field={asField(one)} value={widget.parameters?.[one.name] ?? null} error={messageAt(problems, `parameters/${one.name}`)} onChange={(value) => give(one, value)} />
        </div>
      ))}
      {measure?.date && <Select clearable clearButtonProps={{ 'aria-label': t('part.clear') }} label={t('measures.period')} description={doc.filters?.some((one) => one.type === 'period') ? t('dashboards.period_text') : undefined} placeholder={t(`period.${measure.period ?? 'all'}`)} data={PERIOD_WORDS.map((value) => ({ value, label: t(`period.${value}`) }))} value={widget.period ?? null} error={messageAt(problems, 'period')} onChange={(period) => change({ ...widget, period: period ?? undefined })} />}
      {measure?.person && <Switch label={t('measures.mine')} checked={widget.mine ?? measure.mine ?? false} onChange={(event) => change({ ...widget, mine: event.currentTarget.checked })} />}
      {measure?.date && <Switch label={t('dashboards.trend')} checked={Boolean(widget.trend)} onChange={(event) => change({ ...widget, trend: event.currentTarget.checked ? { by: 'month', periods: 6 } : undefined })} />}
      {widget.trend && (
        <div className="pair">
          <Select label={t('dashboards.trend_by')} allowDeselect={false} data={UNITS.map((value) => ({ value, label: t(`dashboards.by_${value}`) }))} value={widget.trend.by} error={messageAt(problems, 'trend/by')} onChange={(by) => by && change({ ...widget, trend: { ...widget.trend!, by: by as GroupUnit } })} />
          <NumberInput label={t('dashboards.trend_periods')} min={2} max={60} allowDecimal={false} value={widget.trend.periods} error={messageAt(problems, 'trend/periods')} onChange={(periods) => typeof periods === 'number' && change({ ...widget, trend: { ...widget.trend!, periods } }, 'periods')} />
        </div>
      )}
    </>
  );
}
