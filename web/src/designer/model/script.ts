/** Scripts: new ones, and what calls their functions. */
import { documentName } from './entities';
import { newId, uniqueName } from './naming';
import type { ButtonDoc, Label, ScriptDoc } from './types';

/** What a new script begins with: it says how the others go. */
const FIRST = `// fn before_save(record, before) { if record.amount > 1000 { fail("Too much", "amount"); } }
`;

export const newScript = (label: Label, taken: string[]): ScriptDoc => ({ kind: 'script', id: newId(), name: documentName(label, taken, 'script'), label, source: FIRST });

/** How many things call functions of the script. */
export const callsOf = (script: ScriptDoc): number => [script.hooks, script.buttons, script.endpoints, script.schedules].reduce((sum, list) => sum + (list?.length ?? 0), 0);

/** The entities whose records the functions are given. */
export const entitiesOf = (script: ScriptDoc): string[] => [...new Set([...(script.hooks ?? []), ...(script.buttons ?? [])].map((one) => one.entity))];

export const newButton = (label: Label, entity: string, fn: string, buttons: ButtonDoc[]): ButtonDoc => ({ name: uniqueName('button', buttons.map((one) => one.name)), label, entity, function: fn });

/** The name of a host, also out of an address that was pasted; a text that holds none stays as it is. */
export function hostOf(text: string): string {
  const address = text.includes('://') ? text : `https://${text}`;
  return URL.canParse(address) ? new URL(address).hostname : text;
}
