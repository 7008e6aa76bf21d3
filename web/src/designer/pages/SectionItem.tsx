import { ActionIcon, Menu, Popover } from '@mantine/core';
import { useSortable } from '@dnd-kit/react/sortable';
import { IconArrowDown, IconArrowUp, IconDotsVertical, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { labelOf, textOf, type NavigationItemDoc, type SectionDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { Handle } from '../parts/Sortable';
import { useStudio } from '../state/StudioProvider';

interface Props {
  id: string;
  index: number;
  group: string;
  at: number;
  item: NavigationItemDoc;
  sections: SectionDoc[];
  onChange: (item: NavigationItemDoc | undefined, mark?: string) => void;
  onMove: (section: number, place: number) => void;
}

const icon = { size: 15, stroke: 1.75 };

/** One item: the list of an entity or a dashboard, under its own label where wanted. */
export function SectionItem({ id, index, group, at, item, sections, onChange, onMove }: Props) {
  const { t } = useTranslation('studio');
  const { entity, dashboards, language } = useStudio();
  const [renaming, setRenaming] = useState(false);
  const { ref, handleRef, isDragSource } = useSortable({ id, index, group, type: 'item', accept: 'item' });
  const view = entity(item.entity);
  const board = item.dashboard ? dashboards.find((one) => one.name === item.dashboard) : undefined;
  const own = board ? labelOf(board, language) : view?.label;
  const name = textOf(item.label, language) || textOf(view?.doc.plural, language) || own || (item.entity ?? item.dashboard ?? '');
  return (
    <div ref={ref} className="section-item" data-dragging={isDragSource || undefined}>
      <Handle handleRef={handleRef} name={name} />
      <EntityIcon name={item.dashboard ? (board?.icon ?? 'layout-dashboard') : view?.icon} size={16} />
      <span className="medium grow ellipsis">{name}</span>
      {own && textOf(item.label, language) && <span className="size-12 dim ellipsis">{own}</span>}
      {item.dashboard && <span className="tag">{t('kind.dashboard')}</span>}
      <Popover opened={renaming} onChange={setRenaming} width={300} position="bottom-end" trapFocus withRoles={false}>
        <Popover.Target>
          <span><Menu position="bottom-end">
            <Menu.Target><ActionIcon size={26} aria-label={t('navigation.item_actions', { name })}><IconDotsVertical {...icon} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => setRenaming(true)}>{t('navigation.rename')}</Menu.Item>
              <Menu.Item leftSection={<IconArrowUp {...icon} />} onClick={() => onMove(at, index - 1)}>{t('fields.up')}</Menu.Item>
              <Menu.Item leftSection={<IconArrowDown {...icon} />} onClick={() => onMove(at, index + 1)}>{t('fields.down')}</Menu.Item>
              {sections.map((section, to) => to !== at && <Menu.Item key={to} onClick={() => onMove(to, 999)}>{t('navigation.move_to', { name: textOf(section.label, language) || t('navigation.untitled') })}</Menu.Item>)}
              <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => onChange(undefined)}>{t('navigation.remove_item')}</Menu.Item>
            </Menu.Dropdown>
          </Menu></span>
        </Popover.Target>
        <Popover.Dropdown><LabelInputs label={t('navigation.item_label')} value={item.label} onChange={(label) => onChange({ ...item, label }, 'label')} /></Popover.Dropdown>
      </Popover>
    </div>
  );
}
