import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { Avatar } from '@/ui/marks';

const SHOWN = 12;

/** Who has the role: the first by name, and how many more. */
export function RolePeople({ role }: { role: string }) {
  const { t } = useTranslation('studio');
  const people = useQuery({
    queryKey: ['records', 'user', 'people', role],
    queryFn: ({ signal }) => records.query('user', { select: ['id', 'name'], filter: `roles.any(|r| r.name == "${role}")`, sort: ['name'], limit: SHOWN, count: 'exact' }, signal),
    retry: false,
  });
  if (!people.data) return null;
  const more = (people.data.count ?? 0) - people.data.items.length;
  return (
    <div>
      <div className="form-label">{t('access.who')}</div>
      <div className="row gap-8 access-people">
        {people.data.items.map((one) => <span key={one.id} className="row gap-4"><Avatar name={String(one.name)} size={20} /><span>{String(one.name)}</span></span>)}
        {more > 0 && <span className="dim">{t('access.more', { count: more })}</span>}
        {people.data.items.length === 0 && <span className="dim">{t('access.nobody')}</span>}
        <Link to="/admin/users" className="primary medium size-12">{t('access.assign')}</Link>
      </div>
    </div>
  );
}
