import { Button, Menu } from '@mantine/core';
import { IconFileSpreadsheet, IconFileText, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ExportFormat } from '@/api/exports';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity } from '@/catalog/types';
import type { ListState } from './state';
import { useExport } from './useExport';
import { requestOf } from './useRecords';

/** Takes the list as it stands out as a file. */
export function ExportMenu({ entity, state, large = false }: { entity: Entity; state: ListState; large?: boolean }) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const { run, percent, link } = useExport(entity);
  const take = (format: ExportFormat) => {
    const { filter, sort, quick, deleted, with_problems } = requestOf(catalog, entity, state);
    void run(format, { select: state.columns, filter, sort, quick, deleted, with_problems });
  };
  if (!entity.operations.export) return null;
  const busy = percent !== null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target><Button variant={large ? 'default' : 'subtle'} size={large ? 'lg' : undefined} disabled={busy} leftSection={<IconUpload size={15} stroke={1.75} />} aria-live="polite">{busy ? t('export.running', { percent }) : t('export.title')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFileSpreadsheet size={15} stroke={1.75} />} onClick={() => take('xlsx')}>{t('export.xlsx')}</Menu.Item>
          <Menu.Item leftSection={<IconFileText size={15} stroke={1.75} />} onClick={() => take('csv')}>{t('export.csv')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {link}
    </>
  );
}
