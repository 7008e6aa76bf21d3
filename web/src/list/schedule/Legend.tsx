import type { Field } from '@/catalog/types';
import { hueOfChoice } from '@/fields/inputs/ChoiceInputs';
import type { Item } from './items';

/** What the colours mean, of those that are seen. */
export function Legend({ field, items }: { field: Field; items: Item[] }) {
  const seen = new Set(items.map(({ record }) => record[field.name]));
  const choices = (field.choices ?? []).filter((choice) => seen.has(choice.value));
  if (!choices.length) return null;
  return <ul className="time-legend" aria-label={field.label}>{choices.map((choice) => <li key={choice.value} className={`hue-${hueOfChoice(field, choice.value)}`}><i className="hue-point" aria-hidden />{choice.label}</li>)}</ul>;
}
