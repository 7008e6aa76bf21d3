import type { Choice, Field } from '@/catalog/types';

const OFF = /(^|_)(lost|rejected|refused|declined|cancel(l)?ed|failed|disqualified|unqualified)$/;

/** Stages along the way, and those that leave it: a lost deal has not come further than a won one. */
export function stagesOf(field: Field): { way: Choice[]; aside: Choice[] } {
  const choices = field.choices ?? [];
  const aside = choices.filter((choice) => OFF.test(choice.value));
  return { way: choices.filter((choice) => !aside.includes(choice)), aside };
}

/** The stage after this one, when there is one on the way. */
export function nextStage(field: Field, value: unknown): Choice | undefined {
  const { way } = stagesOf(field);
  const position = way.findIndex((choice) => choice.value === value);
  return position >= 0 ? way[position + 1] : undefined;
}
