import type { Difference } from '../model/diff';
import { useDifferenceWords } from './useDifferenceWords';

/** Differences as a list of sentences with the colour of what happened. */
export function DifferenceLines({ differences }: { differences: Difference[] }) {
  const words = useDifferenceWords();
  if (!differences.length) return null;
  return <ul className="differences">{differences.map((one, index) => <li key={index} className={`difference ${one.tone}`}>{words(one)}</li>)}</ul>;
}
