import { IconCheck } from '@tabler/icons-react';
import { SegmentedControl } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, FieldType } from '@/catalog/types';
import { isToMany, isToOne } from '@/catalog/catalog';
import { PathChip } from '@/ui/marks';
import { pathLabel } from '../../model/cost';
import { decomposeTotal } from '../../model/total';
import type { FieldDoc } from '../../model/types';
import type { EditorHandle } from '../../parts/expression/Editor';
import { ExpressionText } from '../../parts/expression/ExpressionText';
import { typeName } from '../../parts/ExpressionInput';
import { useStudio } from '../../state/StudioProvider';
import type { EntityView } from '../../state/views';
import { AttributePicker } from './AttributePicker';
import { FunctionPicker } from './FunctionPicker';
import { SampleValues } from './SampleValues';
import { TotalInput } from './TotalInput';
import type { Formula } from './useFormula';
import type { useSamples } from './useSamples';

interface Props {
  view: EntityView;
  field: FieldDoc;
  formula: Formula;
  samples: ReturnType<typeof useSamples>;
  error?: string;
  onChange: (expression: string) => void;
}

/** The formula of a field: written with the attribute tree and the list of functions beside it, tried on records, with what it is made of. */
export function FormulaInput({ view, field, formula, samples, error, onChange }: Props) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const input = useRef<EditorHandle>(null);
  const value = field.formula?.expression ?? '';
  const { checked, mistakes, current } = formula;
  const found = mistakes.length ? mistakes.map((one) => (one.line ? `${t('expression.at', { line: one.line, column: one.column ?? 1 })} ${one.message}` : one.message)).join('\n') : undefined;
  const type = current ? typeName(checked?.type) : undefined;
  const catalog = draftCatalog();
  const total = useMemo(() => decomposeTotal(catalog, view.name, value), [catalog, view.name, value]);
  // What was composed opens as it was composed; what is being written stays a text, whatever it comes to.
  const [wanted, setComposed] = useState(Boolean(total));
  const hasMany = (catalog.entity(view.name)?.fields ?? []).some((one) => isToMany(one) || isToOne(one));
  const composed = wanted && hasMany && (Boolean(total) || value.trim() === '');
  const read = (checked?.dependencies ?? []).filter((path, _, all) => !all.some((other) => other.startsWith(`${path}.`)));

  const insert = (text: string, select?: string) => input.current?.insert(text, select);
  const shown: Field = catalog.field(view.name, field.name) ?? { id: field.name, name: field.name, label: field.name, type: field.type as FieldType };

  return (
    <div className="column gap-12">
      <div>
        <div className="row between expression-head">
          <span className="form-label" style={{ margin: 0 }}>{t('properties.formula')}</span>
          <span className="row gap-6">
            {type && <span className="row gap-4 size-12 ok medium"><IconCheck size={14} stroke={2} />{t(`type.${type}`, { defaultValue: type })}</span>}
            {!composed && <AttributePicker entity={view.name} sample={samples.samples[0]} onPick={insert} />}
            {!composed && <FunctionPicker onPick={insert} />}
          </span>
        </div>
        {hasMany && <SegmentedControl fullWidth size="xs" mb={8} aria-label={t('total.how')} value={composed ? 'total' : 'written'} onChange={(how) => setComposed(how === 'total')} data={[{ value: 'written', label: t('total.written') }, { value: 'total', label: t('total.composed'), disabled: value.trim() !== '' && !total }]} />}
        {composed && <TotalInput key={field.id ?? field.name} catalog={catalog} entity={view.name} value={value} error={found ?? error} onChange={onChange} />}
        {!composed && <ExpressionText ref={input} label={t('properties.formula')} value={value} catalog={catalog} entity={view.name} mistakes={mistakes} error={found ?? error} placeholder={t('formula.hint')} onChange={onChange} />}
        {current && (checked?.warnings ?? []).map((doubt) => <div key={doubt.message} className="size-12 warn" role="status">{doubt.message}</div>)}
      </div>
      {checked && <SampleValues of={samples} field={shown} values={checked.samples} stale={!current} />}
      {read.length > 0 && (
        <div>
          <div className="form-label">{t('formula.made_of', { count: read.length })}</div>
          <div className="row gap-4" style={{ flexWrap: 'wrap' }}>{read.map((path) => <PathChip key={path} labels={path.startsWith('user.') || path === 'user' ? [t('suggest.user'), ...path.split('.').slice(1).map((name) => catalog.field('user', name)?.label ?? name)] : pathLabel(catalog, view.name, path.split('.')).split(' › ')} />)}</div>
        </div>
      )}
    </div>
  );
}
