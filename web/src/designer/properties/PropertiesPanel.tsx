import { ActionIcon } from '@mantine/core';
import { IconCopy, IconRestore, IconTrash, IconX } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { FieldType } from '@/catalog/types';
import { EntityIcon } from '@/ui/EntityIcon';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { ofField } from '../model/problems';
import type { Row } from '../model/rows';
import { labelOf, type Problem } from '../model/types';
import { useEntityEdit } from '../entity/useEntityEdit';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { EntityProperties } from './EntityProperties';
import { FieldProperties } from './FieldProperties';
import { RemovedField } from './RemovedField';

interface Props {
  view: EntityView;
  rows: Row[];
  problems: Problem[];
  onClose: () => void;
}

const icon = { size: 15, stroke: 1.75 };

/** The properties of the chosen field, else of the entity. */
export function PropertiesPanel({ view, rows, problems, onClose }: Props) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const edit = useEntityEdit(view);
  const { field: chosen } = useSearch({ strict: false }) as { field?: string };
  const row = rows.find((one) => one.id === chosen);
  const title = row ? labelOf(row.field, language) : view.label;
  const removed = row?.state === 'removed';

  return (
    <div className="properties-inner">
      <div className="properties-head">
        {row ? <span className="primary"><FieldTypeIcon type={row.field.type as FieldType} size={16} /></span> : <span className="primary"><EntityIcon name={view.icon} size={16} /></span>}
        <h2 className="strong grow ellipsis section-title">{title}</h2>
        {row && !removed && <ActionIcon size={26} aria-label={t('fields.duplicate')} title={t('fields.duplicate')} onClick={() => edit.duplicate(row.id)}><IconCopy {...icon} /></ActionIcon>}
        {row && !removed && <ActionIcon size={26} aria-label={t('fields.remove')} title={t('fields.remove')} onClick={() => edit.remove(row.id)}><IconTrash {...icon} /></ActionIcon>}
        {row && removed && <ActionIcon size={26} aria-label={t('fields.restore')} title={t('fields.restore')} onClick={() => edit.restore(row.id)}><IconRestore {...icon} /></ActionIcon>}
        <ActionIcon size={26} aria-label={t('common:action.close')} onClick={onClose}><IconX {...icon} /></ActionIcon>
      </div>
      <div className="properties-body">
        {!row && <EntityProperties view={view} problems={problems} />}
        {row && removed && <RemovedField view={view} row={row} onRestore={() => edit.restore(row.id)} />}
        {row && !removed && <FieldProperties key={row.id} view={view} row={row} problems={ofField(problems, row.index)} patch={(patch, mark) => edit.patch(row.id, patch, mark)} />}
      </div>
    </div>
  );
}
