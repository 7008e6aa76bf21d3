import { Fragment } from 'react';
import { blocksOf, type Span } from './prose';

function Words({ spans }: { spans: Span[] }) {
  return spans.map((span, index) => {
    if (span.address) return <a key={index} className="primary" href={span.address} target={span.address.startsWith('/') ? undefined : '_blank'} rel="noreferrer">{span.text}</a>;
    if (span.strong) return <strong key={index}>{span.text}</strong>;
    return span.slanted ? <em key={index}>{span.text}</em> : <Fragment key={index}>{span.text}</Fragment>;
  });
}

/** A text of whoever drew a form: paragraphs, lists, simple emphasis, links. */
export function Prose({ text }: { text: string }) {
  return (
    <div className="prose">
      {blocksOf(text).map((block, index) => (block.kind === 'list'
        ? <ul key={index}>{block.items.map((spans, at) => <li key={at}><Words spans={spans} /></li>)}</ul>
        : <p key={index}>{block.lines.map((spans, at) => <Fragment key={at}>{at > 0 && <br />}<Words spans={spans} /></Fragment>)}</p>))}
    </div>
  );
}
