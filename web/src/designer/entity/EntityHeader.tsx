import { ActionIcon, Menu } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconAlertTriangle, IconArrowBackUp, IconDots, IconExternalLink, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useEntity } from '@/catalog/useCatalog';
import { EntityIcon } from '@/ui/EntityIcon';
import { currentLocale } from '@/i18n';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';

/** Icon, names in both languages, how many records, fields and uses. */
export function EntityHeader({ view, uses, onProperties }: { view: EntityView; uses: number; onProperties: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, language, changed, differences } = useStudio();
  const navigate = useNavigate();
  const live = useEntity(view.name);
  const records = useQuery({
    queryKey: ['records', view.name, 'count'],
    queryFn: () => api.get<{ count?: number }>(`/api/records/${view.name}`, { limit: 1, select: 'id', count: 'exact' }),
    enabled: Boolean(live?.operations.read),
  });
  const other = view.doc.label?.[language === 'en' ? 'ru' : 'en'];
  const parts = [
    records.data?.count !== undefined && t('entity.records', { count: records.data.count, number: records.data.count.toLocaleString(currentLocale()) }),
    t('entity.fields', { count: (view.doc.fields?.length ?? 0) + view.builtIn.length }),
    t('entity.uses', { count: uses }),
  ].filter(Boolean);

  return (
    <div className="entity-header">
      <span className="mark hue-blue" style={{ width: 32, height: 32, borderRadius: 8 }}><EntityIcon name={view.icon} size={18} /></span>
      <div className="grow">
        <h2 className="size-16 strong ellipsis">{view.label} {other && other !== view.label && <span className="dim medium entity-other">{other}</span>}</h2>
        <div className="size-12 dim ellipsis">{parts.join(' · ')}</div>
      </div>
      {changed.has(view.key) && <span className="tag changes-tag"><span className="changed-point" />{t('entity.changes', { count: differences.get(view.key) ?? 1 })}</span>}
      <ActionIcon aria-label={t('properties.entity')} title={t('properties.entity')} onClick={onProperties}><IconAdjustmentsHorizontal size={17} stroke={1.75} /></ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target><ActionIcon aria-label={t('entity.more')}><IconDots size={17} stroke={1.75} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          {live && <Menu.Item leftSection={<IconExternalLink size={15} stroke={1.75} />} onClick={() => void navigate({ to: `/e/${view.name}` })}>{t('entity.open_list')}</Menu.Item>}
          {live?.fields.some((field) => field.calculated) && <Menu.Item leftSection={<IconAlertTriangle size={15} stroke={1.75} />} onClick={() => void navigate({ to: `/e/${view.name}`, search: { prob: '1' } as never })}>{t('entity.problems')}</Menu.Item>}
          {changed.has(view.key) && <Menu.Item leftSection={<IconArrowBackUp size={15} stroke={1.75} />} onClick={() => { bench.revert(view.key); if (!view.published) void navigate({ to: '/studio' }); }}>{t('entity.discard')}</Menu.Item>}
          {!view.system && <Menu.Item data-danger leftSection={<IconTrash size={15} stroke={1.75} />} onClick={() => { bench.removeDocument(view.key); if (!view.published) void navigate({ to: '/studio' }); }}>{t('entity.remove')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
