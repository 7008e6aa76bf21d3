import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowBackUp, IconDots, IconExternalLink, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEntity } from '@/catalog/useCatalog';
import { isSql } from '../model/dataset';
import { keyOf, labelOf } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { useStudio } from '../state/StudioProvider';
import type { Dataset } from './useDataset';

const icon = { size: 15, stroke: 1.75 };

/** Icon and name of the dataset, what is not published, and what can be done with the whole. */
export function DatasetHeader({ set: { doc, row, published, save }, onRemoved }: { set: Dataset; onRemoved: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, language, changed, differences } = useStudio();
  const navigate = useNavigate();
  const live = useEntity(doc.name);
  const key = keyOf(doc);
  const other = doc.label?.[language === 'en' ? 'ru' : 'en'];
  const leave = () => { if (!published) onRemoved(); };
  return (
    <div className="row gap-10 dataset-head">
      <IconPicker value={doc.icon} onChange={(name) => save({ ...doc, icon: name })} size={36} />
      <div className="grow">
        <h2 className="size-16 strong ellipsis">{labelOf(doc, language)} {other && other !== labelOf(doc, language) && <span className="dim medium entity-other">{other}</span>}</h2>
        <div className="size-12 dim ellipsis">{[isSql(doc) && t('datasets.way_sql'), t('datasets.columns_count', { count: isSql(doc) ? row.catalog.entity(row.name)!.fields.length : doc.fields.length }), doc.parts.length > 1 && t('datasets.parts_count', { count: doc.parts.length })].filter(Boolean).join(' · ')}</div>
      </div>
      {changed.has(key) && <span className="tag changes-tag"><span className="changed-point" />{t('entity.changes', { count: differences.get(key) ?? 1 })}</span>}
      <Menu position="bottom-end">
        <Menu.Target><ActionIcon aria-label={t('datasets.more')}><IconDots size={17} stroke={1.75} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          {live && <Menu.Item leftSection={<IconExternalLink {...icon} />} onClick={() => void navigate({ to: `/e/${doc.name}` })}>{t('entity.open_list')}</Menu.Item>}
          {changed.has(key) && <Menu.Item leftSection={<IconArrowBackUp {...icon} />} onClick={() => { bench.revert(key); leave(); }}>{t('entity.discard')}</Menu.Item>}
          <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => { bench.removeDocument(key); onRemoved(); }}>{t('datasets.remove')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
