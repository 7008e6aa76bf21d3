import './card.css';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, RecordData } from '@/catalog/types';
import { pendingOf } from '@/fields/Problem';
import { recordTitle } from '@/fields/title';
import { rememberRecent } from '@/shell/recent';
import { ErrorState } from '@/ui/ErrorState';
import { CardSkeleton } from './CardSkeleton';
import { DesktopCard } from './DesktopCard';
import { LeaveGuard } from './LeaveGuard';
import { MobileCard } from './MobileCard';
import { RecordConditions } from './RecordConditions';
import { recordQuery } from './recordQuery';
import { useRecordForm } from './useRecordForm';

/** How soon a card looks again for values that are still being calculated. */
const SOON = 2_000;

/** The card of a record: everything about it, saved field by field. */
export function CardPage() {
  const { t } = useTranslation();
  const { entity: name, id } = useParams({ strict: false }) as { entity: string; id: string };
  const entity = useCatalog().entity(name);
  const record = useQuery({ ...recordQuery(name, id), enabled: !!entity, refetchInterval: (query) => (pendingOf(query.state.data).length ? SOON : false) });
  if (!entity) return <ErrorState error={new ApiError(404, { title: t('state.no_access') })} />;
  if (record.isError && !record.data) return <ErrorState record error={record.error} retry={() => void record.refetch()} />;
  if (!record.data) return <CardSkeleton />;
  return <Card key={id} entity={entity} record={record.data} />;
}

function Card({ entity, record }: { entity: Entity; record: RecordData }) {
  const catalog = useCatalog();
  const form = useRecordForm(catalog, entity, record);
  const mobile = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const title = recordTitle(entity, form.values);
  // A row of a dataset may be another one tomorrow: nobody comes back to it.
  useEffect(() => { if (!entity.dataset) rememberRecent({ entity: entity.name, id: record.id, title }); }, [entity, record.id, title]);
  return <RecordConditions entity={entity} values={form.values} saved={form.saved}>{mobile ? <MobileCard form={form} title={title} /> : <DesktopCard form={form} title={title} />}<LeaveGuard form={form} /></RecordConditions>;
}
