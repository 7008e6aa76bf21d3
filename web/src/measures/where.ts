import type { MeasureAnswer } from './api';

/** What the address of a list says to show the records behind a number: all of them, narrowed by the measure's own condition. */
export const behind = (answer: Pick<MeasureAnswer, 'filter'>, label: string) => ({ view: 'all', ...(answer.filter && { where: answer.filter, behind: label }) });
