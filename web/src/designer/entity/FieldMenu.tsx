import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconDotsVertical, IconRestore, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Row } from '../model/rows';
import type { EntityEdit } from './useEntityEdit';

const icon = { size: 15, stroke: 1.75 };

/** What can be done to a field: the way without dragging. */
export function FieldMenu({ row, edit, name, movable }: { row: Row; edit: EntityEdit; name: string; movable: boolean }) {
  const { t } = useTranslation('studio');
  return (
    <Menu position="bottom-end">
      <Menu.Target><ActionIcon size={24} aria-label={t('fields.actions', { name })}><IconDotsVertical {...icon} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        {row.state === 'removed'
          ? <Menu.Item leftSection={<IconRestore {...icon} />} onClick={() => edit.restore(row.id)}>{t('fields.restore')}</Menu.Item>
          : <>
            {movable && <Menu.Item leftSection={<IconArrowUp {...icon} />} onClick={() => edit.shift(row.id, -1)}>{t('fields.up')}</Menu.Item>}
            {movable && <Menu.Item leftSection={<IconArrowDown {...icon} />} onClick={() => edit.shift(row.id, 1)}>{t('fields.down')}</Menu.Item>}
            <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => edit.duplicate(row.id)}>{t('fields.duplicate')}</Menu.Item>
            <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => edit.remove(row.id)}>{t('fields.remove')}</Menu.Item>
          </>}
      </Menu.Dropdown>
    </Menu>
  );
}
