/** The changes that a person makes on the canvas and in the outline: what is put where, and what may stand there. */
import { everything, type FormDoc, type FormNode, isInside, isTab, listAt, nodeAt, ownerOf, type PartOfForm, spot, typeOf, withList, within } from './form';
import { nameFromLabel, uniqueName } from './naming';

/** A changed form, and where the node is now. */
export interface Moved {
  doc: FormDoc;
  at: string;
}

/** How deep components stand at most. */
export const DEEPEST = 6;

const isTabs = (list: string) => list.endsWith('/tabs');
const depthOf = (list: string) => (list.match(/\/(?:components|tabs|side)\b/g) ?? []).length;
const heightOf = (node: FormNode): number => 1 + Math.max(0, ...(within(node)?.nodes ?? []).map(heightOf));

/** Whether a node may stand in a list: tabs among tabs, tables where there is room for them, and nothing within itself. */
export function takes(doc: FormDoc, list: string, node: FormNode): boolean {
  if (!listAt(doc, list)) return false;
  if (isTab(node) !== isTabs(list)) return false;
  if (depthOf(list) + heightOf(node) > DEEPEST + 1) return false;
  const needsRoom = (one: FormNode): boolean => (!isTab(one) && (one.type === 'lines' || one.type === 'tabs')) || (within(one)?.nodes ?? []).some(needsRoom);
  return !(list.startsWith('/side') && needsRoom(node));
}

const namesOf = (doc: FormDoc) => everything(doc).flatMap(({ node }) => ('name' in node ? [node.name] : []));
export const freeName = (doc: FormDoc, wanted: string): string => uniqueName(nameFromLabel(wanted, 'part'), namesOf(doc));

export function inserted(doc: FormDoc, list: string, index: number, node: FormNode): Moved {
  const place = Math.max(0, Math.min(index, listAt(doc, list)?.length ?? 0));
  return { doc: withList(doc, list, (nodes) => [...nodes.slice(0, place), node, ...nodes.slice(place)]), at: `${list}/${place}` };
}

export const removed = (doc: FormDoc, at: string): FormDoc => withList(doc, spot(at).list, (nodes) => nodes.filter((_, index) => index !== spot(at).index));

/** Whether a node may be taken away: a form, and tabs within it, have at least one tab. */
export function mayRemove(doc: FormDoc, at: string): boolean {
  const { list } = spot(at);
  return !isTabs(list) || (listAt(doc, list)?.length ?? 0) > 1;
}

/** What is chosen once a node is gone: the next one, the one before, or what it stood in. */
export function nearTo(doc: FormDoc, at: string): string | undefined {
  const { list, index } = spot(at);
  const left = (listAt(doc, list)?.length ?? 0) - 1;
  return left > 0 ? `${list}/${Math.min(index, left - 1)}` : ownerOf(list);
}

/** A pointer once what stood at another one is gone. */
function without(pointer: string, gone: string): string {
  const { list, index } = spot(gone);
  const found = pointer.startsWith(`${list}/`) ? /^(\d+)(.*)$/s.exec(pointer.slice(list.length + 1)) : null;
  return found && Number(found[1]) > index ? `${list}/${Number(found[1]) - 1}${found[2]}` : pointer;
}

/** Puts a node elsewhere: before what stands at `index` of the list now. Nothing where it may not stand there, or is there already. */
export function moved(doc: FormDoc, from: string, list: string, index: number): Moved | undefined {
  const node = nodeAt(doc, from);
  if (!node || isInside(list, from) || !takes(doc, list, node)) return undefined;
  const old = spot(from);
  if (old.list === list && (index === old.index || index === old.index + 1)) return undefined;
  if (old.list !== list && !mayRemove(doc, from)) return undefined;
  const place = old.list === list && index > old.index ? index - 1 : index;
  return inserted(removed(doc, from), without(list, from), place, node);
}

export type Way = 'up' | 'down' | 'out' | 'in';

/** One step by a key: past a neighbour, out of what it stands in, or into the neighbour before (else after) it. At an edge up and down lead out. */
export function stepped(doc: FormDoc, at: string, way: Way): Moved | undefined {
  const { list, index } = spot(at);
  const nodes = listAt(doc, list) ?? [];
  if (way === 'up' && index > 0) return moved(doc, at, list, index - 1);
  if (way === 'down' && index < nodes.length - 1) return moved(doc, at, list, index + 2);
  if (way === 'in') {
    for (const near of [index - 1, index + 1]) {
      const inner = nodes[near] && within(nodes[near]);
      const into = inner && moved(doc, at, `${list}/${near}/${inner.key}`, near < index ? inner.nodes.length : 0);
      if (into) return into;
    }
    return undefined;
  }
  // The lists around it, the nearest first, until one takes it.
  for (let owner = ownerOf(list); owner !== undefined; owner = ownerOf(spot(owner).list)) {
    const outer = spot(owner);
    const found = moved(doc, at, outer.list, way === 'up' ? outer.index : outer.index + 1);
    if (found) return found;
  }
  return undefined;
}

/** What stands on a form once: a field and lines of the record. */
const isOnce = (node: FormNode): boolean => !isTab(node) && (node.type === 'field' || node.type === 'lines');

/** Another one beside it. Fields stay where they are: each stands on the form once. */
export function duplicated(doc: FormDoc, at: string): Moved | undefined {
  const node = nodeAt(doc, at);
  if (!node || isOnce(node)) return undefined;
  const taken = namesOf(doc);
  const fresh = (one: FormNode): FormNode => {
    const inner = within(one);
    const name = 'name' in one ? uniqueName(one.name.replace(/_\d+$/, ''), taken) : undefined;
    if (name) taken.push(name);
    return { ...one, ...(name && { name }), ...(inner && { [inner.key]: inner.nodes.filter((part) => !isOnce(part)).map(fresh) }) } as FormNode;
  };
  const { list, index } = spot(at);
  return inserted(doc, list, index + 1, fresh(structuredClone(node)));
}

/** Where something new goes when it is not dragged: into what is chosen, after it, or into the first list around that takes it. */
export function nextPlace(doc: FormDoc, chosen: string | undefined, node: FormNode): { list: string; index: number } | undefined {
  const of = chosen === undefined ? undefined : nodeAt(doc, chosen);
  const inner = of && within(of);
  if (inner) {
    const list = `${chosen}/${inner.key}`;
    if (takes(doc, list, node)) return { list, index: inner.nodes.length };
  }
  for (let at = of ? chosen : undefined; at !== undefined; at = ownerOf(spot(at).list)) {
    const { list, index } = spot(at);
    if (takes(doc, list, node)) return { list, index: index + 1 };
  }
  const fallback = isTab(node) ? '/tabs' : bestList(doc, node);
  const nodes = listAt(doc, fallback);
  return nodes && takes(doc, fallback, node) ? { list: fallback, index: nodes.length } : undefined;
}

/** A field goes into the last open section of the first tab, all else to its end. */
function bestList(doc: FormDoc, node: PartOfForm): string {
  const first = '/tabs/0/components';
  if (typeOf(node) !== 'field') return first;
  const sections = (doc.tabs[0]?.components ?? []).flatMap((one, at) => (one.type === 'section' && !one.collapsed ? [`${first}/${at}/components`] : []));
  return sections.at(-1) ?? first;
}
