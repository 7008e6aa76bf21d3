/** A stretch of words: plain, or marked as strong, slanted, or leading somewhere. */
export interface Span {
  text: string;
  strong?: boolean;
  slanted?: boolean;
  address?: string;
}

export type Block = { kind: 'paragraph'; lines: Span[][] } | { kind: 'list'; items: Span[][] };

const MARKS = /\*\*(?<strong>[^*\n]+)\*\*|\*(?<slanted>[^*\n]+)\*|\[(?<text>[^\]\n]+)\]\((?<address>(?:https?:\/\/|mailto:|\/)[^\s)]+)\)/gi;

/** The stretches of a line; what is no mark stays as it was written. */
export function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const found of line.matchAll(MARKS)) {
    if (found.index > at) spans.push({ text: line.slice(at, found.index) });
    const { strong, slanted, text, address } = found.groups ?? {};
    // `//host` would be an address elsewhere.
    if (address?.startsWith('//')) spans.push({ text: found[0] });
    else if (address) spans.push({ text: text!, address });
    else spans.push(strong ? { text: strong, strong: true } : { text: slanted!, slanted: true });
    at = found.index + found[0].length;
  }
  if (at < line.length) spans.push({ text: line.slice(at) });
  return spans;
}

/** Paragraphs apart by empty lines, and lists of lines that begin with a dash; there is no markup beside, and no HTML. */
export function blocksOf(text: string): Block[] {
  return text.replace(/\r/g, '').split(/\n\s*\n/).filter((part) => part.trim()).flatMap((part): Block[] => {
    const blocks: Block[] = [];
    for (const line of part.trim().split('\n')) {
      const item = /^\s*[-•*]\s+(.*)$/.exec(line);
      const last = blocks.at(-1);
      if (item) {
        if (last?.kind === 'list') last.items.push(spansOf(item[1]!));
        else blocks.push({ kind: 'list', items: [spansOf(item[1]!)] });
      } else if (last?.kind === 'paragraph') last.lines.push(spansOf(line));
      else blocks.push({ kind: 'paragraph', lines: [spansOf(line)] });
    }
    return blocks;
  });
}
