import './fields.css';
import { IconCheck, IconFileText, IconStarFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import { fileAddress, type StoredFile } from '@/api/files';
import { useCatalog } from '@/catalog/useCatalog';
import { targetOf } from '@/catalog/catalog';
import type { Field, Reference } from '@/catalog/types';
import { Avatar, Badge, Mark } from '@/ui/marks';
import { choiceLabel, formatValue } from './format';
import { isClosed, referenceTitle } from './reference';
import { hueOfChoice } from './inputs/ChoiceInputs';
import { isEmpty } from './mapping';
import { Unread } from './unread';

interface Props {
  field: Field;
  value: unknown;
  /** In a grid row: one line, links do not take the click. */
  inRow?: boolean;
  /** A person as an avatar only. */
  avatarOnly?: boolean;
}

/** History tells a file as it tells a link. */
const fileName = (value: unknown) => (value as StoredFile).name ?? referenceTitle(value as Reference);

const stop = (event: MouseEvent) => event.stopPropagation();

function ReferenceView({ reference, entity, inRow }: { reference: Reference; entity: string; inRow: boolean }) {
  const title = referenceTitle(reference, entity);
  // A record that is not open to the reader leads nowhere.
  if (isClosed(reference, entity)) return <span className="dim ellipsis">{title}</span>;
  const mark = entity === 'user' ? <Avatar name={title} /> : <Mark name={title} />;
  if (inRow) return <span className="row gap-6">{mark}<span className="ellipsis">{title}</span></span>;
  return <Link to="/e/$entity/$id" params={{ entity, id: reference.id }} className="row gap-6 primary medium" onClick={stop}>{mark}<span className="ellipsis">{title}</span></Link>;
}

function PersonView({ name }: { name: string }) {
  return <span title={name}><Avatar name={name} size={22} /><span className="visually-hidden">{name}</span></span>;
}

/** A value as it is shown, by the type of its field. Empty shows nothing in a row and a dash elsewhere. */
export function FieldValue({ field, value, inRow = false, avatarOnly = false }: Props) {
  const catalog = useCatalog();
  const currency = catalog.data.workspace.currency;
  if (isEmpty(value)) return inRow ? null : <span className="dim">—</span>;
  if (value instanceof Unread) return <span className="bad ellipsis" title={value.problem}>{value.text}</span>;
  if (Array.isArray(value) && ['link', 'user', 'choice', 'links', 'children', 'inverse'].includes(field.type)) {
    if (field.type === 'choice') return <span className="row gap-4">{value.map((item, index) => <Badge key={index} hue={hueOfChoice(field, item)}>{choiceLabel(field, item)}</Badge>)}</span>;
    if (inRow) return <span className="ellipsis">{formatValue(field, value, currency)}</span>;
    return <span className="row gap-8" style={{ flexWrap: 'wrap' }}>{(value as Reference[]).map((item) => <ReferenceView key={item.id} reference={item} entity={targetOf(field) ?? ''} inRow={inRow} />)}</span>;
  }
  switch (field.type) {
    case 'choice':
      return <Badge hue={hueOfChoice(field, value)}>{choiceLabel(field, value)}</Badge>;
    case 'multi_choice':
      return <span className="row gap-4" style={{ flexWrap: inRow ? 'nowrap' : 'wrap', overflow: 'hidden' }}>{(value as string[]).map((item) => <Badge key={item} hue={hueOfChoice(field, item)}>{choiceLabel(field, item)}</Badge>)}</span>;
    case 'link':
    case 'user':
      if (avatarOnly && !isClosed(value as Reference, targetOf(field))) return <PersonView name={referenceTitle(value as Reference, targetOf(field))} />;
      return <ReferenceView reference={value as Reference} entity={targetOf(field) ?? ''} inRow={inRow} />;
    case 'any_link':
      return <ReferenceView reference={value as Reference} entity={(value as Reference).entity ?? ''} inRow={inRow} />;
    case 'boolean':
      return value ? <span className="row gap-6"><IconCheck size={15} stroke={2} color="var(--ok)" aria-hidden />{!inRow && formatValue(field, value)}{inRow && <span className="visually-hidden">{formatValue(field, value)}</span>}</span> : <span className="dim">{formatValue(field, value)}</span>;
    case 'email':
    case 'phone':
    case 'url': {
      const text = String(value);
      if (inRow) return <span className="ellipsis">{text}</span>;
      const address = field.type === 'email' ? `mailto:${text}` : field.type === 'phone' ? `tel:${text.replace(/[^\d+]/g, '')}` : /^https?:\/\//i.test(text) ? text : `https://${text}`;
      return <a className="primary ellipsis" href={address} target={field.type === 'url' ? '_blank' : undefined} rel="noreferrer noopener">{text}</a>;
    }
    case 'file':
      return <a className="row gap-6" href={fileAddress((value as StoredFile).id)} target="_blank" rel="noreferrer" onClick={stop}><IconFileText size={15} stroke={1.75} color="var(--text-3)" /><span className="ellipsis">{fileName(value)}</span></a>;
    case 'image':
      return inRow ? <img src={fileAddress((value as StoredFile).id)} alt={fileName(value)} className="cell-thumb" /> : <img src={fileAddress((value as StoredFile).id)} alt={fileName(value)} className="file-preview" />;
    case 'color':
      return <span className="row gap-6"><span className="colour-point" style={{ background: String(value) }} />{String(value)}</span>;
    case 'rating':
      return <span className="row" role="img" aria-label={String(value)}>{Array.from({ length: Number(value) }, (_, index) => <IconStarFilled key={index} size={13} color="var(--warn)" />)}</span>;
    case 'rich_text':
      // The server stores only sanitised markup.
      return inRow ? <span className="ellipsis">{formatValue(field, value)}</span> : <div className="rich-value" dangerouslySetInnerHTML={{ __html: String(value) }} />;
    default:
      return <span className={inRow ? 'ellipsis' : 'whole-value'}>{formatValue(field, value, currency)}</span>;
  }
}
