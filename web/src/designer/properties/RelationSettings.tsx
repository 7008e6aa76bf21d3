import { Button, Radio, Select, Switch } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { has } from '../model/fieldTypes';
import { targetsOf, withInverse } from '../model/fields';
import { linesFor } from '../model/lines';
import { messageAt } from '../model/problems';
import { labelOf, type FieldDoc } from '../model/types';
import { EntitiesSelect, EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import type { SettingsProps } from './settings';

const WAYS = ['restrict', 'set_empty', 'cascade'] as const;

/** Where a link leads, whether the far side shows these records, and what happens when the target is deleted. */
export function RelationSettings({ view, field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const { entityLabel, entityDocs } = useStudio();
  const target = field.target ?? (field.type === 'user' ? 'user' : undefined);
  const seen = (on: boolean) => patch({ inverse: on ? withInverse({ ...field, inverse: undefined }, view.doc, entityDocs).inverse : undefined });
  return (
    <div className="column gap-12">
      {has(field.type, 'target') && <EntitySelect label={t('relation.target')} value={field.target} error={messageAt(problems, 'target')} onChange={(name) => patch({ target: name })} />}
      {has(field.type, 'targets') && <EntitiesSelect label={t('relation.targets')} value={field.targets} error={messageAt(problems, 'targets')} onChange={(targets) => patch({ targets: targets.length ? targets : undefined })} />}
      {has(field.type, 'inverse') && targetsOf(field).length > 0 && (
        <Switch label={t('relation.seen', { target: targetsOf(field).map(entityLabel).join(', '), source: view.label })} checked={Boolean(field.inverse)} error={messageAt(problems, 'inverse')} onChange={(event) => seen(event.currentTarget.checked)} />
      )}
      {has(field.type, 'on_delete') && target && (
        <Radio.Group label={t('relation.on_delete', { target: entityLabel(target) })} value={field.on_delete ?? 'restrict'} error={messageAt(problems, 'on_delete')} onChange={(value) => patch({ on_delete: value === 'restrict' ? undefined : (value as FieldDoc['on_delete']) })} classNames={{ label: 'control-label' }}>
          <div className="column gap-6">{WAYS.map((way) => <Radio key={way} size="xs" value={way} label={t(`relation.${way}`)} />)}</div>
        </Radio.Group>
      )}
    </div>
  );
}

/** Which entity holds the lines: one that exists, or a new one made at once. */
export function ChildrenSettings({ view, field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const { bench, entityDocs, entity, language } = useStudio();
  const line = entity(field.target);
  const choose = (name: string | undefined) => {
    const made = linesFor(view.doc, field, name, entityDocs);
    bench.editAll([made.parent, made.line]);
  };
  const back = (line?.doc.fields ?? []).filter((one) => one.type === 'link' && one.target === view.name);
  return (
    <div className="column gap-8">
      <EntitySelect label={t('relation.lines')} value={field.target} error={messageAt(problems, 'target') ?? messageAt(problems, 'inverse')} onChange={choose} />
      {!field.target && <Button variant="default" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => choose(undefined)}>{t('relation.new_lines')}</Button>}
      {back.length > 1 && <Select label={t('relation.back')} data={back.map((one) => ({ value: one.name, label: labelOf(one, language) }))} value={field.inverse ?? null} onChange={(name) => patch({ inverse: name ?? undefined })} />}
    </div>
  );
}
