import { Button } from '@mantine/core';
import { DragDropProvider } from '@dnd-kit/react';
import { move } from '@dnd-kit/helpers';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { equal } from '../model/equal';
import { arrange, places, sectionId, type Places } from '../model/navigation';
import { SAMPLES } from '../model/samples';
import type { SectionDoc } from '../model/types';
import { SectionCard } from './SectionCard';

interface Props {
  sections: SectionDoc[];
  onChange: (sections: SectionDoc[], mark?: string) => void;
}

/** Sections with their items; an item is dragged within a section or to another, or moved by its menu. */
export function Sections({ sections, onChange }: Props) {
  const { t } = useTranslation('studio');
  const given = places(sections);
  const [order, setOrder] = useState<Places>(given);
  const mark = JSON.stringify(given);
  useEffect(() => setOrder(JSON.parse(mark) as Places), [mark]);
  const change = (at: number, section: SectionDoc | undefined, label?: string) => onChange(sections.flatMap((one, index) => (index === at ? (section ? [section] : []) : [one])), label);
  const moveTo = (from: number, item: number, to: number, place: number) => {
    const next = sections.map((section) => ({ ...section, items: [...(section.items ?? [])] }));
    const taken = next[from]?.items.splice(item, 1)[0];
    if (!taken || !next[to]) return;
    next[to].items.splice(Math.max(0, Math.min(place, next[to].items.length)), 0, taken);
    onChange(next);
  };
  const moveSection = (from: number, to: number) => {
    if (to < 0 || to >= sections.length) return;
    const next = [...sections];
    next.splice(to, 0, next.splice(from, 1)[0]!);
    onChange(next);
  };

  return (
    <DragDropProvider
      onDragOver={(event) => setOrder((now) => move(now, event))}
      onDragEnd={(event) => {
        if (event.canceled) return setOrder(given);
        setOrder((now) => {
          const next = move(now, event);
          if (!equal(next, given)) queueMicrotask(() => onChange(arrange(sections, next)));
          return next;
        });
      }}
    >
      <div className="column gap-12">
        {sections.map((section, at) => (
          <SectionCard key={at} at={at} section={section} sections={sections} order={order[sectionId(at)] ?? []} onChange={(next, label) => change(at, next, label && `section.${at}.${label}`)} onMove={(item, to, place) => moveTo(at, item, to, place)} onMoveSection={(to) => moveSection(at, to)} />
        ))}
        <Button variant="default" w="fit-content" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => onChange([...sections, { label: SAMPLES.section, items: [] }])}>{t('navigation.add_section')}</Button>
      </div>
    </DragDropProvider>
  );
}
