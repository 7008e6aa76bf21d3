import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Grip, Item, Shift } from './items';

/** What every item can do, wherever it is drawn. */
export interface Hands {
  may: { move: boolean; resize: boolean };
  isDays: boolean;
  selected: string | null;
  onOpen: (item: Item) => void;
  onPeek: (item: Item) => void;
  onTake: (event: PointerEvent, item: Item, grip: Grip) => void;
  /** Moves it, or one of its ends. */
  onShift: (item: Item, grip: Grip, shift: Shift) => void;
  /** Asks for both of its ends. */
  onDates: (item: Item) => void;
  /** Told of each click: whether it is but the end of a drag. */
  wasDrag: () => boolean;
  /** Rows it can be put into, by the menu. */
  rows?: { key: string; label: string; hue: string }[];
  onRow?: (item: Item, row: string) => void;
}

interface Props {
  item: Item;
  hands: Hands;
  className: string;
  style?: CSSProperties;
  /** What is said of it beside its name, for those who do not see it. */
  when: string;
  /** Which of its ends can be drawn. */
  ends?: { start: boolean; end: boolean };
  /** Whether its time is drawn along, as in a row of days, or downwards. */
  upright?: boolean;
  /** On a phone everything is as high as a finger needs. */
  touch?: boolean;
  /** The row that it is in, where there are rows. */
  row?: string;
  children: ReactNode;
}

const DAY = 1;
const WEEK = 7;

/** A record in time: opened by Enter, peeked by Space or a click, moved by Shift and arrows, drawn longer by Alt, Shift and arrows; a menu has all of it too. */
export function ItemCard({ item, hands, className, style, when, ends, upright = false, touch = false, row, children }: Props) {
  const { t } = useTranslation('work');
  const { may, isDays } = hands;
  // A menu is a hundred times as dear as its button: it is made when it is asked for.
  const [asked, setAsked] = useState(false);
  const steps: Record<string, Shift> = {
    ArrowLeft: { days: -DAY, minutes: 0 }, ArrowRight: { days: DAY, minutes: 0 },
    ArrowUp: upright ? { days: 0, minutes: -30 } : { days: -WEEK, minutes: 0 }, ArrowDown: upright ? { days: 0, minutes: 30 } : { days: WEEK, minutes: 0 },
  };
  function press(event: KeyboardEvent) {
    if (event.target !== event.currentTarget) return;
    const step = event.shiftKey ? steps[event.code] : undefined;
    if (event.code === 'Enter') hands.onOpen(item);
    else if (event.code === 'Space') hands.onPeek(item);
    else if (step && event.altKey && may.resize) hands.onShift(item, 'end', step);
    else if (step && !event.altKey && may.move) hands.onShift(item, 'move', step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const move = (key: string, days: number) => <Menu.Item onClick={() => hands.onShift(item, 'move', { days, minutes: 0 })}>{t(`calendar.${key}`)}</Menu.Item>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys act on the card, and all they do has a button too.
    <article className={`dated-item hue-${item.hue} ${className}${hands.selected === item.id ? ' current' : ''}${may.move ? ' movable' : ''}`} style={style} tabIndex={0} aria-label={`${item.title}, ${when}`} title={`${item.title}\n${when}`} data-item={item.id}
      onKeyDown={press} onDoubleClick={(event) => { event.stopPropagation(); hands.onOpen(item); }}
      onClick={(event) => { event.stopPropagation(); if (!hands.wasDrag() && !(event.target as HTMLElement).closest('button,a')) hands.onPeek(item); }}
      onPointerDown={(event) => may.move && !(event.target as HTMLElement).closest('button') && hands.onTake(event, item, 'move')}>
      {may.resize && ends?.start && <i className="item-grip start" aria-hidden onPointerDown={(event) => hands.onTake(event, item, 'start')} />}
      {children}
      {!asked && <ActionIcon size={touch ? 44 : 18} tabIndex={-1} className="item-menu" aria-haspopup="menu" aria-label={t('board.card_menu', { title: item.title })} onClick={() => setAsked(true)}><IconDots size={14} stroke={1.75} /></ActionIcon>}
      {asked && <Menu position="bottom-end" withinPortal defaultOpened>
        <Menu.Target><ActionIcon size={touch ? 44 : 18} tabIndex={-1} className="item-menu" aria-label={t('board.card_menu', { title: item.title })}><IconDots size={14} stroke={1.75} /></ActionIcon></Menu.Target>
        <Menu.Dropdown onClick={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()}>
          <Menu.Item onClick={() => hands.onOpen(item)}>{t('board.open')}</Menu.Item>
          {may.move && <><Menu.Divider /><Menu.Label>{t('board.move_to')}</Menu.Label>{move('day_later', DAY)}{move('week_later', WEEK)}{move('day_earlier', -DAY)}{move('week_earlier', -WEEK)}<Menu.Item onClick={() => hands.onDates(item)}>{t('calendar.dates')}</Menu.Item></>}
          {may.resize && <><Menu.Divider /><Menu.Item onClick={() => hands.onShift(item, 'end', isDays ? { days: 1, minutes: 0 } : { days: 0, minutes: 30 })}>{t('calendar.longer')}</Menu.Item><Menu.Item onClick={() => hands.onShift(item, 'end', isDays ? { days: -1, minutes: 0 } : { days: 0, minutes: -30 })}>{t('calendar.shorter')}</Menu.Item></>}
          {hands.rows && hands.onRow && <><Menu.Divider /><Menu.Label>{t('planner.give_to')}</Menu.Label>{hands.rows.slice(0, 12).map((one) => <Menu.Item key={one.key} disabled={one.key === row} leftSection={<i className={`hue-point hue-${one.hue}`} />} onClick={() => hands.onRow!(item, one.key)}>{one.label}</Menu.Item>)}</>}
        </Menu.Dropdown>
      </Menu>}
      {may.resize && ends?.end && <i className="item-grip end" aria-hidden onPointerDown={(event) => hands.onTake(event, item, 'end')} />}
    </article>
  );
}
