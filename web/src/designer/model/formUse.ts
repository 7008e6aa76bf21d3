/** What of an entity stands on a form, and in which variants. */
import { ancestors, everything, type FormDoc, type FormNode, isTab, nodeAt, VARIANTS, type Variant } from './form';

/** In which variants a part is when neither it nor what it stands in says anything; `quick` only holds what must be given. */
export const ORDINARY: Variant[] = ['edit', 'create', 'phone'];

/** What a part inherits: from the nearest around it that says anything. */
export function inherited(doc: FormDoc, at: string): { variants: Variant[]; from?: string } {
  for (const owner of ancestors(at)) {
    const said = nodeAt(doc, owner)?.in;
    if (said) return { variants: said, from: owner };
  }
  return { variants: ORDINARY };
}

/** In which variants a part is. A field that must be given is in the quick dialog too, where nothing else is said. */
export function variantsOf(doc: FormDoc, at: string, isRequired: (path: string) => boolean): Variant[] {
  const node = nodeAt(doc, at);
  const { variants, from } = inherited(doc, at);
  // What stands within can only be where all around it is.
  const around = ancestors(at).reduce<Variant[]>((now, owner) => (nodeAt(doc, owner)?.in ? now.filter((one) => nodeAt(doc, owner)!.in!.includes(one)) : now), [...VARIANTS]);
  if (node?.in) return node.in.filter((one) => around.includes(one));
  const isQuick = from === undefined && node && !isTab(node) && (node.type === 'field' || node.type === 'lines') && isRequired(node.path);
  return isQuick ? [...variants, 'quick'] : variants;
}

const own = (node: FormNode): string | undefined => (!isTab(node) && (node.type === 'field' || node.type === 'lines' || node.type === 'related') ? node.path : undefined);

/** The paths of fields, lines and lists on a form. */
export const pathsOn = (doc: FormDoc): Set<string> => new Set(everything(doc).flatMap(({ node }) => own(node) ?? []));

/** The first place of a path on a form. */
export const placeOf = (doc: FormDoc, path: string): string | undefined => everything(doc).find(({ node }) => own(node) === path)?.at;

/** How many fields stand on a form. */
export const fieldsOn = (doc: FormDoc): number => everything(doc).filter(({ node }) => !isTab(node) && (node.type === 'field' || node.type === 'lines')).length;
