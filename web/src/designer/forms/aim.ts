/** Where what is carried would be put: found among the elements on the screen, by their rectangles. */
import { type FormDoc, type FormNode, isInside, nodeAt, spot, within } from '../model/form';
import { takes } from '../model/formTree';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Aim {
  list: string;
  index: number;
  /** Where the line is drawn, or what is framed where it goes inside. */
  line: Box;
  isInto?: boolean;
}

const right = (box: Box) => box.left + box.width;
const bottom = (box: Box) => box.top + box.height;
const holds = (box: Box, x: number, y: number, margin = 0) => x >= box.left - margin && x <= right(box) + margin && y >= box.top - margin && y <= bottom(box) + margin;
const distance = (box: Box, x: number, y: number) => Math.hypot(Math.max(box.left - x, 0, x - right(box)), Math.max(box.top - y, 0, y - bottom(box)));

/** Half of the gap between parts, in which the line is drawn. */
const GAP = 6;

/** The place among the children of a list nearest to a point: beside one that shares its row with others, else above or below. */
export function aimIn(children: { index: number; box: Box }[], frame: Box, x: number, y: number): Omit<Aim, 'list'> {
  const near = children.reduce<(typeof children)[number] | undefined>((best, one) => (best && distance(best.box, x, y) <= distance(one.box, x, y) ? best : one), undefined);
  if (!near) return { index: 0, line: frame, isInto: true };
  const { box, index } = near;
  const isBeside = (one: (typeof children)[number]) => one !== near && one.box.top < bottom(box) - 4 && bottom(one.box) > box.top + 4;
  // Over the gap above or below a row the line goes across all of it.
  if (children.some(isBeside) && y > box.top - GAP && y < bottom(box) + GAP) {
    const after = x > box.left + box.width / 2;
    return { index: index + Number(after), line: { left: after ? right(box) + GAP : box.left - GAP, top: box.top, width: 0, height: box.height } };
  }
  const after = y > box.top + box.height / 2;
  return { index: index + Number(after), line: { left: frame.left, top: after ? bottom(box) + GAP : box.top - GAP, width: frame.width, height: 0 } };
}

/** The innermost list under the pointer that takes the part. */
export function aimAt(root: HTMLElement, x: number, y: number, doc: FormDoc, node: FormNode, from?: string): Aim | undefined {
  const mayTake = (list: string) => takes(doc, list, node) && !(from && isInside(list, from));
  for (const element of [...root.querySelectorAll<HTMLElement>('[data-into], [data-at]')].reverse()) {
    const frame = element.getBoundingClientRect();
    if (!frame.width || !holds(frame, x, y, element.dataset.into ? GAP : 0)) continue;
    const list = element.dataset.into ?? folded(doc, element);
    if (!list || !mayTake(list)) continue;
    const children = [...element.querySelectorAll<HTMLElement>('[data-at]')].flatMap((one) => {
      const place = spot(one.dataset.at!);
      return place.list === list ? [{ index: place.index, box: one.getBoundingClientRect() as Box }] : [];
    });
    const aim = element.dataset.into ? aimIn(children, frame, x, y) : { index: Number.MAX_SAFE_INTEGER, line: frame, isInto: true };
    // A section that has nothing above or below it is a large place: beside its edge the line stands for the list around.
    return { list, ...aim };
  }
  return undefined;
}

/** The list of a part whose inside is not on the screen. */
function folded(doc: FormDoc, element: HTMLElement): string | undefined {
  const at = element.dataset.at!;
  const owner = nodeAt(doc, at);
  const inner = owner && within(owner);
  const list = inner && `${at}/${inner.key}`;
  return list && !element.querySelector(`[data-into="${list}"]`) ? list : undefined;
}

/** Among the rows of the outline: before, after, or inside what the row is of. */
export function aimAtRows(root: HTMLElement, x: number, y: number, doc: FormDoc, node: FormNode, from?: string): Aim | undefined {
  if (!holds(root.getBoundingClientRect(), x, y)) return undefined;
  const mayTake = (list: string) => takes(doc, list, node) && !(from && isInside(list, from));
  for (const row of root.querySelectorAll<HTMLElement>('[data-row]')) {
    const box = row.getBoundingClientRect();
    if (y < box.top || y > bottom(box)) continue;
    const at = row.dataset.row!;
    const { list, index } = spot(at);
    const owner = nodeAt(doc, at);
    const inner = owner && within(owner);
    const into = inner && `${at}/${inner.key}`;
    const part = (y - box.top) / box.height;
    if (into && mayTake(into) && (!mayTake(list) || (part > 0.3 && part < 0.7))) return { list: into, index: inner.nodes.length, line: box, isInto: true };
    if (mayTake(list)) return { list, index: index + Number(part > 0.5), line: { left: box.left, top: part > 0.5 ? bottom(box) : box.top, width: box.width, height: 0 } };
    return undefined;
  }
  return undefined;
}
