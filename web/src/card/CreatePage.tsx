import './card.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { ownFields } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { isWritable } from '@/fields/mapping';
import { newLabel } from '@/shell/words';
import { EntityIcon } from '@/ui/EntityIcon';
import { ErrorState } from '@/ui/ErrorState';
import { CardSkeleton } from './CardSkeleton';
import { CreateForm } from './CreateForm';
import { copiesOf, type Line, lineFields } from './lines';
import { recordQuery } from './recordQuery';

/** A new record on a page of its own; with `from`, a copy of another. */
export function CreatePage() {
  const { t } = useTranslation();
  const { entity: name } = useParams({ strict: false }) as { entity: string };
  const { from } = useSearch({ strict: false }) as { from?: string };
  const catalog = useCatalog();
  const entity = catalog.entity(name);
  const navigate = useNavigate();
  const source = useQuery({ ...recordQuery(name, from ?? ''), enabled: !!entity && !!from });
  if (!entity || !entity.operations.create || entity.read_only) return <ErrorState error={new ApiError(403, { title: t('state.no_access') })} />;
  if (source.isError && !source.data) return <ErrorState record error={source.error} retry={() => void source.refetch()} />;
  if (from && !source.data) return <CardSkeleton />;
  const copied = (field: Field, value: unknown) => (field.type === 'children' ? copiesOf(lineFields(catalog, field), (value as Line[] | null | undefined) ?? []) : value);
  const initial = source.data && Object.fromEntries(ownFields(entity).filter((field) => isWritable(field) && field.type !== 'secret').map((field) => [field.name, copied(field, source.data[field.name])]));
  return (
    <>
      <div className="top-bar"><Link to="/e/$entity" params={{ entity: name }} className="row gap-6 muted medium"><EntityIcon name={entity.icon} color="var(--text-3)" />{entity.plural}</Link><span className="dim">/</span><h1 className="strong" style={{ fontSize: 13 }}>{newLabel(entity)}</h1></div>
      <div className="card-body"><div className="card" style={{ padding: 16, maxWidth: 960 }}>
        <CreateForm entity={entity} initial={initial} onCancel={() => void navigate({ to: '/e/$entity', params: { entity: name } })} onCreated={({ id }) => void navigate({ to: '/e/$entity/$id', params: { entity: name, id }, replace: true })} />
      </div></div>
    </>
  );
}
