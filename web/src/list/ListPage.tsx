import './list.css';
import { useMediaQuery } from '@mantine/hooks';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { useCatalog } from '@/catalog/useCatalog';
import { ErrorState } from '@/ui/ErrorState';
import { DesktopList } from './DesktopList';
import { MobileList } from './MobileList';

/** The list of an entity: a grid on a desk, rows of three lines on a phone. */
export function ListPage() {
  const { t } = useTranslation('work');
  const { entity: name } = useParams({ strict: false }) as { entity: string };
  const catalog = useCatalog();
  const entity = catalog.entity(name);
  const mobile = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  if (!entity) return <ErrorState error={new ApiError(404, { title: t('common:state.no_access') })} />;
  return mobile ? <MobileList key={name} entity={entity} /> : <DesktopList key={name} entity={entity} />;
}
