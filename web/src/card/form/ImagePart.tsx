import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileAddress } from '@/api/files';
import type { Of } from './types';

/** A picture that belongs to the form. */
export function ImagePart({ component }: { component: Of<'image'> }) {
  const { t } = useTranslation('work');
  const [failed, setFailed] = useState(false);
  return (
    <figure className="form-image">
      {failed ? <span className="dim">{t('form.no_image')}</span> : <img src={fileAddress(component.file)} alt={component.label ?? ''} loading="lazy" onError={() => setFailed(true)} />}
      {component.label && <figcaption className="size-12 dim">{component.label}</figcaption>}
    </figure>
  );
}
