import { ActionIcon, Menu } from '@mantine/core';
import { useDroppable } from '@dnd-kit/react';
import { IconArrowDown, IconArrowUp, IconDotsVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { itemAt, sectionId } from '../model/navigation';
import { textOf, type SectionDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { RolesSelect, TargetSelect } from '../parts/selects';
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

/** One section: its heading, its items, a place to add one. */
export function SectionCard({ at, section, sections, order, onChange, onMove, onMoveSection }: Props) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
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
      <TargetSelect key={section.items?.length} size="xs" placeholder={t('navigation.add_item')} onChange={(target) => onChange({ ...section, items: [...(section.items ?? []), target] })} />
    </section>
  );
}
