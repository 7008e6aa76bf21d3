import { ActionIcon } from '@mantine/core';
import { IconForms, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Mistakes } from '../../dashboards/properties/Mistakes';
import { type FormNode, isTab, typeOf } from '../../model/form';
import type { Problem } from '../../model/types';
import { iconOf } from '../icons';
import { usePartLabel } from '../labels';
import { useDesign } from '../useDesign';
import { FieldSettings } from './FieldSettings';
import { FormSettings } from './FormSettings';
import { LinesSettings, RelatedSettings } from './ListSettings';
import { ButtonSettings, HistorySettings, ImageSettings, TextSettings } from './OtherSettings';
import { SectionSettings, TabSettings, TabsSettings } from './SectionSettings';
import { ShowWhen } from './ShowWhen';
import { Variants } from './Variants';
import { WidgetSettings } from './WidgetSettings';
import { WhoSees } from './WhoSees';

/** What settings of a part are given: the part, what is wrong with it, and the way to change it. */
export interface SettingsOf<T> {
  node: T;
  at: string;
  problems: Problem[];
  set: (part: Partial<T>, mark?: string) => void;
}

/** What is chosen, in words and choices: a part, else the form. */
export function Properties() {
  const { t } = useTranslation('studio');
  const { doc, chosen, node, choose, change, problemsOf } = useDesign();
  const label = usePartLabel();
  if (!node || chosen === undefined) {
    return (
      <div className="properties-inner">
        <div className="properties-head"><IconForms size={16} stroke={1.75} className="primary" /><h2 className="section-title grow">{t('forms.settings')}</h2></div>
        <div className="properties-body column gap-16"><FormSettings /></div>
      </div>
    );
  }
  const problems = problemsOf(chosen);
  const name = label(node, doc.entity);
  const type = t(`forms.${typeOf(node)}`);
  const title = name === type ? type : t('forms.part_title', { type, name });
  return (
    <div className="properties-inner">
      <div className="properties-head">
        <span className="primary form-icon">{iconOf(node)}</span>
        <h2 className="section-title grow ellipsis" title={title}>{title}</h2>
        <ActionIcon aria-label={t('forms.to_settings')} title={t('forms.to_settings')} onClick={() => choose()}><IconX size={16} stroke={1.75} /></ActionIcon>
      </div>
      <div className="properties-body column gap-16" key={chosen}>
        <Mistakes problems={problems} />
        <Settings node={node} at={chosen} problems={problems} set={(part, mark) => change(chosen, { ...node, ...part } as FormNode, mark)} />
        <ShowWhen key={`show-${chosen}`} />
        <Variants />
        {!isTab(node) && node.type === 'field' && <WhoSees path={node.path} />}
      </div>
    </div>
  );
}

function Settings({ node, ...rest }: SettingsOf<FormNode>) {
  const of = <T extends FormNode>(one: T) => ({ node: one, ...rest }) as SettingsOf<T>;
  if (isTab(node)) return <TabSettings {...of(node)} />;
  switch (node.type) {
    case 'section': return <SectionSettings {...of(node)} />;
    case 'tabs': return <TabsSettings {...of(node)} />;
    case 'field': return <FieldSettings {...of(node)} />;
    case 'lines': return <LinesSettings {...of(node)} />;
    case 'related': return <RelatedSettings {...of(node)} />;
    case 'text': return <TextSettings {...of(node)} />;
    case 'image': return <ImageSettings {...of(node)} />;
    case 'button': return <ButtonSettings {...of(node)} />;
    case 'widget': return <WidgetSettings {...of(node)} />;
    case 'history': return <HistorySettings {...of(node)} />;
  }
}
