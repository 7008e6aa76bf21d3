import { IconEyeOff, IconLock, IconPencil, IconShield } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { granted } from '../../model/access';
import { labelOf, type RoleDoc } from '../../model/types';
import { useStudio } from '../../state/StudioProvider';
import { useDesign } from '../useDesign';

const icon = { size: 14, stroke: 1.75 };
const ICONS = { write: <IconPencil {...icon} />, read: <IconLock {...icon} />, mask: <IconShield {...icon} />, none: <IconEyeOff {...icon} /> };

/** What roles may do with a field of the record: a form gives no right. */
export function WhoSees({ path }: { path: string }) {
  const { t } = useTranslation('studio');
  const { documents, language } = useStudio();
  const { doc } = useDesign();
  const roles = documents.filter((one): one is RoleDoc => one.kind === 'role');
  if (path.includes('.') || !roles.length) return <p className="hint">{t('forms.rights')} <Link to="/studio/access" className="primary medium">{t('crumb.access')}</Link></p>;
  const mayDo = (role: RoleDoc): keyof typeof ICONS => {
    const { operations } = granted(role, doc.entity);
    if (!operations.read) return 'none';
    const said = operations.fields?.[path] ?? 'write';
    return said === 'write' && !operations.update && !operations.create ? 'read' : said;
  };
  return (
    <section className="board-section column gap-8" aria-label={t('forms.who')}>
      <h3 className="section-title">{t('forms.who')}</h3>
      {roles.map((role) => {
        const right = mayDo(role);
        return <Link key={role.name} to="/studio/access" search={{ role: role.name } as never} className="row gap-8 form-right"><span className="grow ellipsis">{labelOf(role, language)}</span><span className="row gap-4 muted">{ICONS[right]}{t(`forms.may_${right}`)}</span></Link>;
      })}
      <p className="hint">{t('forms.rights')}</p>
    </section>
  );
}
