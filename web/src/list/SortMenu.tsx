import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconSortAscending, IconSortDescending, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isToMany } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity } from '@/catalog/types';
import { Path } from '@/ui/marks';
import { pathLabels } from './filter/compose';
import { FieldPicker } from './filter/FieldPicker';
import { fitsColumn } from './state';

interface Props {
  entity: Entity;
  sort: string[];
  onChange: (sort: string[]) => void;
  /** In a sheet among other things: the tree of fields opens only when asked for. */
  quiet?: boolean;
}

/** The keys of the sort, the first one first. */
export function SortMenu({ entity, sort, onChange, quiet = false }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const [adding, setAdding] = useState(sort.length === 0 && !quiet);
  if (adding) {
    return <FieldPicker entity={entity.name} enter={(field) => !isToMany(field)} accept={(field, path) => fitsColumn(field, path) && !['json', 'address', 'location', 'file', 'image', 'multi_choice'].includes(field.type)} onPick={(path) => { onChange([...sort.filter((item) => item.replace(/^-/, '') !== path), path]); setAdding(false); }} />;
  }
  return (
    <div style={{ width: quiet ? undefined : 320 }}>
      {sort.map((key, index) => {
        const path = key.replace(/^-/, '');
        const descending = key.startsWith('-');
        const labels = pathLabels(catalog, entity.name, path);
        return (
          <div key={path} className="menu-row">
            <span className="grow ellipsis"><Path labels={labels} /></span>
            <Button variant="subtle" size="compact-xs" leftSection={descending ? <IconSortDescending size={14} stroke={1.75} /> : <IconSortAscending size={14} stroke={1.75} />} onClick={() => onChange(sort.map((item, position) => (position === index ? (descending ? path : `-${path}`) : item)))}>{t(descending ? 'list.descending' : 'list.ascending')}</Button>
            <ActionIcon size={24} aria-label={t('list.remove_sort', { name: labels.join(' › ') })} onClick={() => onChange(sort.filter((_, position) => position !== index))}><IconX size={14} stroke={1.75} /></ActionIcon>
          </div>
        );
      })}
      <Button variant={quiet ? 'default' : 'subtle'} size="xs" mt={6} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAdding(true)}>{t('list.add_sort')}</Button>
    </div>
  );
}
