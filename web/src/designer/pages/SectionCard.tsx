import { ActionIcon, Menu, Select } from '@mantine/core';
import { useDroppable } from '@dnd-kit/react';
import { IconArrowDown, IconArrowUp, IconDotsVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { itemAt, sectionId } from '../model/navigation';
import { labelOf, type NavigationItemDoc, textOf, type SectionDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { RolesSelect, useEntityOptions } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import { SectionItem } from './SectionItem';

interface Props {
  at: number;
  section: SectionDoc;
  sections: SectionDoc[];
  order: string[];
  onChange: (section: SectionDoc | undefined, mark?: string) => void;
  onMove: (item: number, section: number, place: number) => void;
  onMoveSection: (to: number) => void;
}

/** Below the items, so that one dropped over an item takes its place. */
const LOW = 1;
const icon = { size: 15, stroke: 1.75 };
/** Tells a dashboard from a list among the choices: no name has this sign. */
const BOARD = 'dashboard/';
const itemOf = (value: string): NavigationItemDoc => (value.startsWith(BOARD) ? { dashboard: value.slice(BOARD.length) } : { entity: value });

/** One section: its heading, its items, a place to add one. */
export function SectionCard({ at, section, sections, order, onChange, onMove, onMoveSection }: Props) {
  const { t } = useTranslation('studio');
  const { language, datasetViews, dashboards } = useStudio();
  const lists = useEntityOptions(datasetViews);
  const boards = dashboards.map((one) => ({ value: `${BOARD}${one.name}`, label: labelOf(one, language) }));
  const options = boards.length ? [{ group: t('crumb.dashboards'), items: boards }, ...lists] : lists;
  const { ref } = useDroppable({ id: sectionId(at), type: 'section', accept: 'item', collisionPriority: LOW });
  const title = textOf(section.label, language) || t('navigation.untitled');
  return (
    <section className="card section-card" ref={ref} aria-label={title}>
      <div className="row gap-8 section-head">
        <div className="grow"><LabelInputs label={t('navigation.heading')} value={section.label} onChange={(label) => onChange({ ...section, label }, 'label')} /></div>
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon aria-label={t('navigation.section_actions', { name: title })}><IconDotsVertical {...icon} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconArrowUp {...icon} />} onClick={() => onMoveSection(at - 1)}>{t('fields.up')}</Menu.Item>
            <Menu.Item leftSection={<IconArrowDown {...icon} />} onClick={() => onMoveSection(at + 1)}>{t('fields.down')}</Menu.Item>
            <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => onChange(undefined)}>{t('navigation.remove_section')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <RolesSelect label={t('navigation.for')} value={section.roles} onChange={(roles) => onChange({ ...section, roles: roles.length ? roles : undefined })} />
      <div className="section-items">
        {order.map((id, index) => {
          const from = itemAt(sections, id);
          const item = sections[from.section]?.items?.[from.index];
          return item && (
            <SectionItem key={id} id={id} index={index} group={sectionId(at)} item={item} sections={sections} at={at}
              onChange={(next, mark) => onChange({ ...section, items: (section.items ?? []).flatMap((one, place) => (place === from.index ? (next ? [next] : []) : [one])) }, mark && `${id}.${mark}`)}
              onMove={(to, place) => onMove(from.index, to, place)} />
          );
        })}
        {order.length === 0 && <p className="hint">{t('navigation.drop_here')}</p>}
      </div>
      <Select searchable size="xs" value={null} data={options} aria-label={t('navigation.add_item')} placeholder={t('navigation.add_item')} nothingFoundMessage={t('part.nothing')} onChange={(value) => value && onChange({ ...section, items: [...(section.items ?? []), itemOf(value)] })} key={section.items?.length} />
    </section>
  );
}
