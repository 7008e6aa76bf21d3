import type { TextMark } from '@/api/search';

/** A text with the words that were looked for; places are counted in characters, as the server does. */
export function MarkedText({ text, marks }: { text: string; marks: TextMark[] }) {
  const characters = Array.from(text);
  const parts = marks.map(([from, to], index) => (
    <span key={index}>{characters.slice(index ? marks[index - 1]![1] : 0, from).join('')}<mark className="found">{characters.slice(from, to).join('')}</mark></span>
  ));
  return <>{parts}{characters.slice(marks.at(-1)?.[1] ?? 0).join('')}</>;
}
