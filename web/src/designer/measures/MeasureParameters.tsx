import { ActionIcon, Button, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { toWire } from '@/fields/mapping';
import { Unread } from '@/fields/unread';
import { nameFromLabel, newId, uniqueName } from '../model/naming';
import { messageAt } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { labelOf, MEASURE_PARAMETERS, type MeasureDoc, type MeasureParameterDoc, type Problem, textOf } from '../model/types';
import { ChoicesEditor } from '../parts/ChoicesEditor';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';

interface Props {
  doc: MeasureDoc;
  problems: Problem[];
  save: (doc: MeasureDoc, mark?: string) => void;
}

/** Values that whoever looks may give; the condition names them. */
export function MeasureParameters({ doc, problems, save }: Props) {
  const { t } = useTranslation('studio');
  const { language, entity: entityOf } = useStudio();
  const list = doc.parameters ?? [];
  const fields = [...(entityOf(doc.entity)?.doc.fields ?? []), ...(entityOf(doc.entity)?.builtIn ?? [])].map((field) => field.name);
  const taken = (at: number) => [...fields, ...list.filter((_, index) => index !== at).map((one) => one.name)];
  const put = (parameters: MeasureParameterDoc[], mark?: string) => save({ ...doc, parameters: parameters.length ? parameters : undefined }, mark);
  const set = (at: number, part: Partial<MeasureParameterDoc>, mark: string) => put(list.map((one, index) => (index === at ? { ...one, ...part } : one)), `parameter.${at}.${mark}`);
  const retype = (at: number, type: MeasureParameterDoc['type']) => {
    const { choices, target, default: _, ...rest } = list[at]!;
    const first = { id: newId(), value: 'first', label: { en: 'First', ru: 'Первое' }, color: 'blue' };
    put(list.map((one, index) => (index === at ? { ...rest, type, ...(type === 'choice' && { choices: choices ?? [first] }), ...(type === 'link' && { target: target ?? doc.entity }) } : one)));
  };
  const asField = (one: MeasureParameterDoc): Field => ({ id: one.name, name: one.name, label: t('measures.default'), type: one.type, choices: one.choices?.map((choice) => ({ value: choice.value, label: labelOf({ label: choice.label, name: choice.value }, language), color: choice.color })) });
  return (
    <div role="group" aria-label={t('measures.parameters')} className="column gap-8">
      <div className="form-label" aria-hidden style={{ margin: 0 }}>{t('measures.parameters')}</div>
      {list.map((one, at) => {
        const plain = one.type !== 'user' && one.type !== 'link' && (typeof one.default !== 'object' || one.default === null);
        return (
          <div key={at} className="parameter">
            <div className="grow column gap-8">
              <div onBlur={() => one.name.startsWith('value') && set(at, { name: uniqueName(nameFromLabel(textOf(one.label, 'en'), 'value'), taken(at)) }, 'label')}>
                <LabelInputs label={t('measures.parameter_label')} value={one.label} error={messageAt(problems, `parameters/${at}/name`)} onChange={(label) => set(at, { label }, 'label')} />
              </div>
              <div className="pair">
                <Select label={t('fields.type')} allowDeselect={false} data={MEASURE_PARAMETERS.map((value) => ({ value, label: t(`type.${value}`) }))} value={one.type} onChange={(type) => type && retype(at, type as MeasureParameterDoc['type'])} />
                {one.type === 'link' && <EntitySelect label={t('measures.entity')} value={one.target} error={messageAt(problems, `parameters/${at}/target`)} onChange={(target) => set(at, { target }, 'target')} />}
                {plain && <div><label className="form-label" htmlFor={`default-${at}`}>{t('measures.default')}</label><FieldInput id={`default-${at}`} field={asField(one)} value={one.default ?? null} error={messageAt(problems, `parameters/${at}/default`)} onChange={(value) => { if (!(value instanceof Unread)) set(at, { default: (toWire(asField(one), value) ?? undefined) as MeasureParameterDoc['default'] }, 'default'); }} /></div>}
              </div>
              {one.type === 'choice' && <ChoicesEditor choices={one.choices ?? []} onChange={(choices) => set(at, { choices }, 'choices')} />}
              <span className="size-12 dim">{t('measures.read_as')} <code>{one.name}</code></span>
            </div>
            <ActionIcon aria-label={t('measures.remove_parameter', { name: labelOf(one, language) })} onClick={() => put(list.filter((_, index) => index !== at))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
          </div>
        );
      })}
      {list.length < 20 && <div><Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => put([...list, { name: uniqueName('value', taken(-1)), label: SAMPLES.parameter, type: 'text' }])}>{t('measures.add_parameter')}</Button></div>}
    </div>
  );
}
