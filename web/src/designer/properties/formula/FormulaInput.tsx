import { Textarea } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, FieldType } from '@/catalog/types';
import { PathChip } from '@/ui/marks';
import { pathLabel } from '../../model/cost';
import type { FieldDoc } from '../../model/types';
import { typeName } from '../../parts/ExpressionInput';
import { useStudio } from '../../state/StudioProvider';
import type { EntityView } from '../../state/views';
import { AttributePicker } from './AttributePicker';
import { FunctionPicker } from './FunctionPicker';
import { SampleValues } from './SampleValues';
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
  const input = useRef<HTMLTextAreaElement>(null);
  const value = field.formula?.expression ?? '';
  const { checked, mistakes, current } = formula;
  const found = mistakes.length ? mistakes.map((one) => (one.line ? `${t('expression.at', { line: one.line, column: one.column ?? 1 })} ${one.message}` : one.message)).join('\n') : undefined;
  const type = current ? typeName(checked?.type) : undefined;
  const catalog = draftCatalog();
  const read = (checked?.dependencies ?? []).filter((path, _, all) => !all.some((other) => other.startsWith(`${path}.`)));

  // Written over what is selected; the part that is to be typed over is selected afterwards.
  const insert = (text: string, select?: string) => {
    const area = input.current;
    const from = area?.selectionStart ?? value.length;
    onChange(`${value.slice(0, from)}${text}${value.slice(area?.selectionEnd ?? from)}`);
    const at = select ? text.indexOf(select) : -1;
    const place: [number, number] = at >= 0 ? [from + at, from + at + select!.length] : [from + text.length, from + text.length];
    setTimeout(() => { area?.focus(); area?.setSelectionRange(...place); }, 60);
  };
  const shown: Field = catalog.field(view.name, field.name) ?? { id: field.name, name: field.name, label: field.name, type: field.type as FieldType };

  return (
    <div className="column gap-12">
      <div>
        <div className="row between expression-head">
          <span className="form-label" style={{ margin: 0 }}>{t('properties.formula')}</span>
          <span className="row gap-6">
            {type && <span className="row gap-4 size-12 ok medium"><IconCheck size={14} stroke={2} />{t(`type.${type}`, { defaultValue: type })}</span>}
            <AttributePicker entity={view.name} sample={samples.samples[0]} onPick={insert} />
            <FunctionPicker onPick={insert} />
          </span>
        </div>
        <Textarea ref={input} value={value} autosize minRows={3} maxRows={16} spellCheck={false} aria-label={t('properties.formula')} error={found ?? error} classNames={{ input: 'control-input expression', error: 'control-error pre-line' }} onChange={(event) => onChange(event.currentTarget.value)} />
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
