import '@/measures/measures.css';
import '@/dashboards/dashboards.css';
import '../dashboards/dashboards.css';
import './forms.css';
import { Button } from '@mantine/core';
import { IconForms } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import type { PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import type { FormDoc } from '../model/form';
import { useStudio } from '../state/StudioProvider';
import { Canvas } from './Canvas';
import { FootBar } from './FootBar';
import { Palette } from './Palette';
import { Preview } from './Preview';
import { Properties } from './properties/Properties';
import { Toolbar } from './Toolbar';
import { CarryProvider } from './useCarry';
import { DesignProvider, useDesign, useDesignOf } from './useDesign';

/** One form on the canvas: what can be put there at the left, what is chosen at the right. */
export function FormDesignerPage() {
  const { t } = useTranslation('studio');
  const { form: name } = useParams({ strict: false }) as { form: string };
  const { forms, state } = useStudio();
  const doc = forms.find((one) => one.name === name);
  if (doc) return <Designer key={doc.id ?? doc.name} doc={doc} />;
  const gone = state.removed.has(`form/${name}`);
  return <State icon={<IconForms size={22} stroke={1.75} />} title={t(gone ? 'forms.gone' : 'forms.unknown')} text={t('forms.gone_text')}><Button component={Link} to="/studio/forms">{t('forms.to_list')}</Button></State>;
}

function Designer({ doc }: { doc: FormDoc }) {
  const { t } = useTranslation('studio');
  const design = useDesignOf(doc);
  // A form of an entity that is gone can only be taken away, which the list does.
  if (!design) return <State icon={<IconForms size={22} stroke={1.75} />} title={t('forms.no_entity')} text={t('forms.no_entity_text')}><Button component={Link} to="/studio/forms">{t('forms.to_list')}</Button></State>;
  return <DesignProvider value={design}><CarryProvider><Page /></CarryProvider></DesignProvider>;
}

function Page() {
  const { chosen, choose, look } = useDesign();
  // Beside the parts nothing is chosen; what opens from here elsewhere on the page is told here too.
  const leave = ({ target, currentTarget }: PointerEvent<HTMLElement>) => {
    if (chosen && currentTarget.contains(target as Node) && !(target as Element).closest('.form-place, .form-frame')) choose();
  };
  return (
    <div className="board-page">
      {!look.isPreview && <Palette />}
      <div className="board-main">
        <Toolbar />
        {look.isPreview
          ? <div key="preview" className="board-scroll form-scroll"><Preview /></div>
          : <div key="canvas" className="board-scroll form-scroll" onPointerDown={leave}><Canvas /></div>}
        <FootBar />
      </div>
      {!look.isPreview && <aside className="properties board-properties"><Properties /></aside>}
    </div>
  );
}
