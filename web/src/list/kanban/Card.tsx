import { ActionIcon, Menu } from '@mantine/core';
import { useDraggable } from '@dnd-kit/react';
import { IconCalendarEvent, IconDots } from '@tabler/icons-react';
import { type KeyboardEvent, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, RecordData } from '@/catalog/types';
import { isNumeric } from '@/catalog/catalog';
import { toDateText } from '@/fields/dates';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/format';
import { recordTitle } from '@/fields/title';
import type { CardFields, Group } from './model';

interface Props {
  entity: Entity;
  record: RecordData;
  /** Where the card lies, apart from its record: the same one may be drawn in no two places. */
  place: string;
  fields: CardFields;
  groups: Group[];
  current: string;
  selected: boolean;
  movable: boolean;
  /** On a phone one column is seen, so that there is nowhere to drag to. */
  draggable: boolean;
  onOpen: () => void;
  onPeek: () => void;
  onMove: (to: Group) => void;
}

/** A record as a card: its name, what it is about, its money, its date and whose it is. */
export const Card = memo(function Card({ entity, record, place, fields, groups, current, selected, movable, draggable, onOpen, onPeek, onMove }: Props) {
  const { t } = useTranslation('work');
  const currency = useCatalog().data.workspace.currency;
  const title = recordTitle(entity, record);
  const { ref, isDragging } = useDraggable({ id: `${place}/${record.id}`, data: { record }, disabled: !movable || !draggable });
  const { amount, date, person, second } = fields;
  const at = groups.findIndex((group) => group.key === current);
  const money = amount && formatValue(amount[1], record[amount[0]], currency);
  const day = date && record[date[0]];
  function press(event: KeyboardEvent) {
    if (event.target !== event.currentTarget) return;
    const next = event.shiftKey && movable ? groups[event.code === 'ArrowRight' ? at + 1 : event.code === 'ArrowLeft' ? at - 1 : -1] : undefined;
    if (event.code === 'Enter') onOpen();
    else if (event.code === 'Space') onPeek();
    else if (next) onMove(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys act on the card, and all they do has a button too.
    <article ref={ref} className={`board-card${isDragging ? ' dragging' : ''}${selected ? ' current' : ''}`} tabIndex={0} aria-label={title} data-card={record.id} onKeyDown={press} onDoubleClick={onOpen} onClick={(event) => !(event.target as HTMLElement).closest('button,a') && onPeek()}>
      <div className="row gap-4" style={{ alignItems: 'flex-start' }}>
        <span className="board-card-title grow">{title}</span>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target><ActionIcon size={22} tabIndex={-1} className="board-card-menu" aria-label={t('board.card_menu', { title })}><IconDots size={15} stroke={1.75} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onOpen}>{t('board.open')}</Menu.Item>
            {movable && <><Menu.Divider /><Menu.Label>{t('board.move_to')}</Menu.Label>
              {groups.map((group) => <Menu.Item key={group.key} disabled={group.key === current} leftSection={<i className={`hue-point hue-${group.hue}`} />} onClick={() => onMove(group)}>{group.label}</Menu.Item>)}</>}
          </Menu.Dropdown>
        </Menu>
      </div>
      {second.map(([path, field]) => record[path] !== null && record[path] !== undefined && (
        <div key={path} className="board-card-line">{isNumeric(field) && <span className="dim">{field.label}</span>}<FieldValue field={field} value={record[path]} inRow /></div>
      ))}
      {money && <div className="board-card-money numbers">{money}</div>}
      {(!!day || !!(person && record[person[0]])) && (
        <div className="board-card-foot">
          {date && !!day && <span className={`row gap-4 numbers${String(day).slice(0, 10) < toDateText(new Date()) ? ' dim' : ''}`}><IconCalendarEvent size={14} stroke={1.75} aria-hidden />{formatValue(date[1], day)}</span>}
          <span className="grow" />
          {person && <FieldValue field={person[1]} value={record[person[0]]} inRow avatarOnly />}
        </div>
      )}
    </article>
  );
});
