import { Alert, Switch } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { has, takes } from '../model/fieldTypes';
import { messageAt } from '../model/problems';
import type { Row } from '../model/rows';
import { usesOfField } from '../model/usage';
import { LabelInputs } from '../parts/LabelInputs';
import { TypeSelect } from '../parts/selects';
import { UseList } from '../parts/UseList';
import { useStudio } from '../state/StudioProvider';
import { ChoicesSettings } from './ChoicesSettings';
import { ConditionsSettings } from './ConditionsSettings';
import { DefaultEditor } from './DefaultEditor';
import { FieldDetails } from './FieldDetails';
import { FormulaEditor } from './FormulaEditor';
import { NumberSettings } from './NumberSettings';
import { ChildrenSettings, RelationSettings } from './RelationSettings';
import { TextSettings } from './TextSettings';
import type { SettingsProps } from './settings';

/** All that can be said of a field, by its type. */
export function FieldProperties({ view, row, problems, patch }: Omit<SettingsProps, 'field'> & { row: Row }) {
  const { t } = useTranslation('studio');
  const { documents } = useStudio();
  const { field } = row;
  const props: SettingsProps = { view, field, problems, patch };
  const uses = useMemo(() => usesOfField(view.doc, field, documents), [view.doc, field, documents]);
  const general = problems.filter((problem) => /^\/fields\/\d+$/.test(problem.path));
  const flag = (key: 'required' | 'unique' | 'searchable' | 'audit_reads') => takes(field, key) && (
    <Switch label={t(`properties.${key}`)} checked={Boolean(field[key])} error={messageAt(problems, key)} onChange={(event) => patch({ [key]: event.currentTarget.checked || undefined })} />
  );
  const retyped = row.was && row.was.type !== field.type;

  return (
    <div className="column gap-16">
      {general.map((problem, index) => <Alert key={index} color={problem.severity === 'warning' ? 'yellow' : 'red'} variant="light" p="xs">{problem.message}</Alert>)}
      <LabelInputs label={t('fields.name')} value={field.label} required error={messageAt(problems, 'label') ?? messageAt(problems, 'name')} onChange={(label) => patch({ label }, 'label')} />
      <div>
        <TypeSelect label={t('fields.type')} value={field.type} error={messageAt(problems, 'type')} onChange={(type) => patch({ type })} />
        {retyped && <p className="hint warn">{t('properties.retyped', { type: t(`type.${row.was!.type}`) })}</p>}
      </div>
      {has(field.type, 'formula') && <FormulaEditor {...props} />}
      {has(field.type, 'choices') && <ChoicesSettings {...props} />}
      {(has(field.type, 'target') || has(field.type, 'targets') || has(field.type, 'on_delete')) && <RelationSettings {...props} />}
      {has(field.type, 'children') && <ChildrenSettings {...props} />}
      <NumberSettings {...props} />
      <TextSettings {...props} />
      <div className="column gap-8 switches">{flag('required')}{flag('unique')}{flag('searchable')}{flag('audit_reads')}</div>
      {takes(field, 'default') && <DefaultEditor {...props} />}
      <ConditionsSettings {...props} />
      <LabelInputs label={t('properties.description')} value={field.description} lines={2} onChange={(description) => patch({ description }, 'description')} error={messageAt(problems, 'description')} />
      <UseList title={t('properties.used_by', { count: uses.length })} uses={uses} />
      <FieldDetails row={row} problems={problems} patch={patch} />
    </div>
  );
}
