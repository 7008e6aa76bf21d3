import { addDays, daysBetween, MINUTE, startOfDay } from './days';
import { type Item, lastDay } from './items';

/** An item as a bar over days: its first and last column of those shown, and the line it lies in. */
export interface Bar {
  item: Item;
  first: number;
  last: number;
  line: number;
  /** Whether it goes on before and after what is shown. */
  before: boolean;
  after: boolean;
}

/** Longer ones first where they begin together, so that bars of many days lie above. */
const inOrder = (one: Item, other: Item) => one.from.getTime() - other.from.getTime() || other.to.getTime() - one.to.getTime() || one.title.localeCompare(other.title);

/** Puts items of so many days into lines so that none lies upon another. */
export function barsOf(items: Item[], first: Date, count: number): Bar[] {
  const bars: Bar[] = [];
  const ends: number[] = [];
  const byDay = (one: Item, other: Item) => startOfDay(one.from).getTime() - startOfDay(other.from).getTime() || daysBetween(other.from, lastDay(other)) - daysBetween(one.from, lastDay(one)) || inOrder(one, other);
  for (const item of [...items].sort(byDay)) {
    const [from, to] = [daysBetween(first, item.from), daysBetween(first, lastDay(item))];
    if (to < 0 || from >= count) continue;
    const [start, end] = [Math.max(0, from), Math.min(count - 1, to)];
    const free = ends.findIndex((last) => last < start);
    const line = free < 0 ? ends.length : free;
    ends[line] = end;
    bars.push({ item, first: start, last: end, line, before: from < 0, after: to >= count });
  }
  return bars;
}

/** An item in the hours of a day: minutes from midnight, and which of so many columns beside each other is its own. */
export interface Block {
  item: Item;
  from: number;
  to: number;
  column: number;
  columns: number;
}

/** Minutes that a block is high at least, so that its name can be read. */
const LEAST = 30;

/** Blocks that still can be read beside each other; of more at one time their number is told. */
const BESIDE = 5;

/** Which of the blocks of a day have room, and how many more there are at which time. */
export function withRoom(blocks: Block[]): { shown: Block[]; more: { from: number; items: Item[] }[] } {
  const crowded = blocks.filter((block) => block.columns > BESIDE);
  const more: { from: number; to: number; items: Item[] }[] = [];
  for (const { item, from, to } of crowded.filter((block) => block.column >= BESIDE - 1)) {
    const last = more.at(-1);
    if (last && from < last.to) {
      last.items.push(item);
      last.to = Math.max(last.to, to);
    } else more.push({ from, to, items: [item] });
  }
  const shown = blocks.flatMap((block) => (block.columns <= BESIDE ? block : block.column < BESIDE - 1 ? { ...block, columns: BESIDE } : []));
  return { shown, more };
}

/** Puts what happens in a day beside each other where it happens at one time. */
export function blocksOf(items: Item[], day: Date): Block[] {
  const next = addDays(day, 1);
  const inDay = items.filter((item) => item.from < next && item.to > day).sort(inOrder);
  const minutes = (at: Date) => Math.round((at.getTime() - day.getTime()) / MINUTE);
  const blocks: Block[] = [];
  let cluster: Block[] = [];
  let ends: number[] = [];
  const close = () => {
    for (const block of cluster) block.columns = ends.length;
    cluster = [];
    ends = [];
  };
  for (const item of inDay) {
    const from = Math.max(0, minutes(item.from));
    const to = Math.min(1440, Math.max(minutes(item.to), from + LEAST));
    if (ends.every((end) => end <= from)) close();
    const free = ends.findIndex((end) => end <= from);
    const column = free < 0 ? ends.length : free;
    ends[column] = to;
    const block = { item, from, to, column, columns: 1 };
    cluster.push(block);
    blocks.push(block);
  }
  close();
  return blocks;
}
