import { ActionIcon, Button, Checkbox, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { nameFromLabel, newId, uniqueName } from '../model/naming';
import { messageAt } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { PARAMETER_TYPES, type ParameterDoc, type Problem, textOf } from '../model/types';
import { ChoicesEditor } from '../parts/ChoicesEditor';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect } from '../parts/selects';

interface Props {
  parameters: ParameterDoc[];
  problems: Problem[];
  onChange: (parameters: ParameterDoc[], mark?: string) => void;
}

/** What a button asks for before it runs. */
export function Parameters({ parameters, problems, onChange }: Props) {
  const { t } = useTranslation('studio');
  const names = (at: number) => parameters.filter((_, index) => index !== at).map((one) => one.name);
  const set = (at: number, part: Partial<ParameterDoc>, mark: string) => onChange(parameters.map((one, index) => (index === at ? { ...one, ...part } : one)), `parameter.${at}.${mark}`);
  const retype = (at: number, type: ParameterDoc['type']) => {
    const { choices, target, ...rest } = parameters[at]!;
    const first = { id: newId(), value: 'first', label: { en: 'First', ru: 'Первое' }, color: 'blue' };
    onChange(parameters.map((one, index) => (index === at ? { ...rest, type, ...(type === 'choice' && { choices: choices ?? [first] }), ...(type === 'link' && { target: target ?? 'user' }) } : one)));
  };
  return (
    <div role="group" aria-label={t('scripts.parameters')} className="column gap-8">
      <div className="form-label" aria-hidden style={{ margin: 0 }}>{t('scripts.parameters')}</div>
      {parameters.map((parameter, at) => (
        <div key={at} className="parameter">
          <div className="grow column gap-8">
            <div onBlur={() => set(at, { name: uniqueName(nameFromLabel(textOf(parameter.label, 'en'), 'value'), names(at)) }, 'label')}>
              <LabelInputs label={t('scripts.parameter_label')} value={parameter.label} error={messageAt(problems, `parameters/${at}/name`)} onChange={(label) => set(at, { label }, 'label')} />
            </div>
            <div className="pair">
              <Select label={t('fields.type')} allowDeselect={false} data={PARAMETER_TYPES.map((value) => ({ value, label: t(`type.${value}`) }))} value={parameter.type} onChange={(type) => type && retype(at, type as ParameterDoc['type'])} />
              {parameter.type === 'link' && <EntitySelect label={t('scripts.entity')} value={parameter.target} error={messageAt(problems, `parameters/${at}/target`)} onChange={(target) => set(at, { target }, 'target')} />}
            </div>
            {parameter.type === 'choice' && <ChoicesEditor choices={parameter.choices ?? []} onChange={(choices) => set(at, { choices }, 'choices')} />}
            <span className="size-12 dim">{t('scripts.read_as')} <code>parameters.{parameter.name}</code></span>
            <Checkbox size="xs" label={t('scripts.required')} checked={parameter.required ?? false} onChange={(event) => set(at, { required: event.currentTarget.checked || undefined }, 'required')} />
          </div>
          <ActionIcon aria-label={`${t('common:action.remove')}: ${parameter.name}`} onClick={() => onChange(parameters.filter((_, index) => index !== at))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
        </div>
      ))}
      <Button size="compact-xs" variant="subtle" w="fit-content" leftSection={<IconPlus size={13} stroke={1.75} />} onClick={() => onChange([...parameters, { name: uniqueName('value', parameters.map((one) => one.name)), label: SAMPLES.parameter, type: 'text' }])}>{t('scripts.add_parameter')}</Button>
    </div>
  );
}
