/** In what two forms of an entity differ: what is in one of them alone, what stands elsewhere, and what is set otherwise. */
import { ancestors, everything, type FormDoc, type FormNode, isTab, nodeAt, type Placed, within } from './form';
import { equal } from './equal';

export interface FormDifference {
  what: 'added' | 'missing' | 'moved' | 'changed' | 'header' | 'stage' | 'help';
  /** Where it is on the form that is compared; for what is missing there, on the other one. */
  at?: string;
  node?: FormNode;
}

/** By what a part is found on another form: a field by its path, a section by its name. */
function keyOf(node: FormNode): string {
  if (isTab(node)) return `tab:${node.name}`;
  if (node.type === 'field' || node.type === 'lines' || node.type === 'related') return `${node.type}:${node.path}`;
  if (node.type === 'button') return `button:${node.script}:${node.button}`;
  return node.type === 'history' ? 'history' : `${node.type}:${node.name}`;
}

const keyed = (doc: FormDoc): Map<string, Placed> => new Map([...everything(doc)].reverse().map((one) => [keyOf(one.node), one]));

/** A part without what stands within it. */
function alone(node: FormNode): unknown {
  const inner = within(node);
  return inner ? { ...node, [inner.key]: undefined } : node;
}

const around = (doc: FormDoc, at: string): string => {
  const [owner] = ancestors(at);
  return owner === undefined ? at.split('/')[1]! : keyOf(nodeAt(doc, owner)!);
};

/** The differences in the order of the form; a section that is there alone is one of them, with all in it. */
export function compared(doc: FormDoc, other: FormDoc): FormDifference[] {
  const [mine, theirs] = [keyed(doc), keyed(other)];
  const found: FormDifference[] = [];
  const isNewAround = (form: FormDoc, at: string, known: Map<string, Placed>) => ancestors(at).some((owner) => !known.has(keyOf(nodeAt(form, owner)!)));
  for (const [key, { at, node }] of [...mine].reverse()) {
    const there = theirs.get(key);
    if (!there) {
      if (!isNewAround(doc, at, theirs)) found.push({ what: 'added', at, node });
    } else if (!equal(alone(node), alone(there.node))) found.push({ what: 'changed', at, node });
    else if (around(doc, at) !== around(other, there.at) && theirs.has(around(doc, at))) found.push({ what: 'moved', at, node });
  }
  for (const [key, { at, node }] of [...theirs].reverse()) if (!mine.has(key) && !isNewAround(other, at, mine)) found.push({ what: 'missing', at, node });
  if (!equal(doc.header, other.header)) found.push({ what: 'header' });
  if (doc.stage !== other.stage) found.push({ what: 'stage' });
  if (!equal(doc.help, other.help)) found.push({ what: 'help' });
  return found;
}

/** Which of an entity's forms people of some roles get, as the server chooses it: one of theirs, else one of everybody's, by order and name. */
export function formOf(forms: FormDoc[], entity: string, roles: string[]): FormDoc | undefined {
  const sorted = forms.filter((one) => one.entity === entity).sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || (a.name < b.name ? -1 : 1));
  return sorted.find((one) => one.roles?.some((role) => roles.includes(role))) ?? sorted.find((one) => !one.roles?.length);
}
