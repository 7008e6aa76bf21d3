/** Scripts: new ones, and what calls their functions. */
import { documentName } from './entities';
import { newId, uniqueName } from './naming';
import type { ButtonDoc, FormulaFunctionDoc, Label, ScriptDoc } from './types';

/** What a new script begins with: it says how the others go. */
const FIRST = `// fn before_save(record, before) { if record.amount > 1000 { fail("Too much", "amount"); } }
`;

export const newScript = (label: Label, taken: string[]): ScriptDoc => ({ kind: 'script', id: newId(), name: documentName(label, taken, 'script'), label, source: FIRST });

/** How many things call functions of the script. */
export const callsOf = (script: ScriptDoc): number => [script.hooks, script.buttons, script.endpoints, script.schedules, script.formulas].reduce((sum, list) => sum + (list?.length ?? 0), 0);

/** The entities whose records the functions are given. */
export const entitiesOf = (script: ScriptDoc): string[] => [...new Set([...(script.hooks ?? []), ...(script.buttons ?? [])].map((one) => one.entity))];

export const newButton = (label: Label, entity: string, fn: string, buttons: ButtonDoc[]): ButtonDoc => ({ name: uniqueName('button', buttons.map((one) => one.name)), label, entity, function: fn });

/** The function of the source as expressions would call it: what has a type already keeps it. */
export function asFormula(one: FormulaFunctionDoc | undefined, fn: { name: string; parameters: string[] } | undefined, name: string): FormulaFunctionDoc {
  const known = new Map((one?.parameters ?? []).map((parameter) => [parameter.name, parameter.type]));
  const parameters = fn?.parameters.map((parameter) => ({ name: parameter, type: known.get(parameter) ?? ('decimal' as const) })) ?? one?.parameters;
  return { ...one, function: name, parameters: parameters?.length ? parameters : undefined, returns: one?.returns ?? 'decimal' };
}

/** How expressions write a call. */
export const callOf = (script: string, one: FormulaFunctionDoc): string => `${script}::${one.function}(${(one.parameters ?? []).map((parameter) => parameter.name).join(', ')})`;

/** The name of a host, also out of an address that was pasted; a text that holds none stays as it is. */
export function hostOf(text: string): string {
  const address = text.includes('://') ? text : `https://${text}`;
  return URL.canParse(address) ? new URL(address).hostname : text;
}
