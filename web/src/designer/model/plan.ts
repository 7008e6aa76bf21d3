/** Steps of a plan by what they do to the data. */
import type { Step, StepClass } from './types';

export const classOf = (step: Step): StepClass => step.class ?? (step.destructive ? 'hides' : 'safe');
