import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDocumentTitle } from '../state/places';
import { useStudio } from '../state/StudioProvider';

/** What waited in this browser while others changed the same documents: taken or dropped by the person alone. */
export function LeftNotice() {
  const { t } = useTranslation('studio');
  const { bench, state } = useStudio();
  const title = useDocumentTitle();
  const keys = [...state.left.keys()];
  if (!keys.length) return null;
  return (
    <div className="left-notices">
      {keys.map((key) => (
        <div key={key} className="notice warning" role="alert">
          <div className="grow"><div className="medium warn">{t('save.left', { name: title({ document: key }) })}</div><div className="muted">{t('save.left_text')}</div></div>
          <Button variant="default" onClick={() => bench.takeLeft(key)}>{t('save.take')}</Button>
          <Button variant="subtle" onClick={() => bench.dropLeft(key)}>{t('save.drop')}</Button>
        </div>
      ))}
    </div>
  );
}
