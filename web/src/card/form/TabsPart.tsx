import { useEffect, useId, useState } from 'react';
import { EntityIcon } from '@/ui/EntityIcon';
import { Section } from '../Section';
import { Components } from './Components';
import { reaches, useLayout } from './context';
import type { Of } from './types';

/** Tabs inside a form. In a new record all of them stand below one another, so that nothing to fill is out of sight. */
export function TabsPart({ component }: { component: Of<'tabs'> }) {
  const { tabsShown, variant, wanted, drawn } = useLayout();
  const id = useId();
  const tabs = tabsShown(component.tabs);
  const [picked, setPicked] = useState<string>();
  useEffect(() => {
    const holder = wanted && component.tabs.find((tab) => reaches(tab.components, wanted.path));
    if (holder) setPicked(holder.name);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a new wish turns the page.
  }, [wanted]);
  const current = tabs.find((tab) => drawn?.includes(tab.name)) ?? tabs.find((tab) => tab.name === picked) ?? tabs[0];
  if (!current) return null;
  if (variant === 'create' || variant === 'quick') return tabs.map((tab) => <Section key={tab.name} title={tab.label ?? tab.name} plain><div className="form-sections" data-into={tab.at && `${tab.at}/components`}><Components items={tab.components} nested /></div></Section>);
  return (
    <div className="form-tabs">
      <div className="tabs"><div className="tab-list" role="tablist" data-into={component.at && `${component.at}/tabs`}>
        {tabs.map((tab) => <button key={tab.name} type="button" role="tab" data-at={tab.at} id={`${id}-${tab.name}`} className="tab" aria-selected={tab === current} aria-controls={`${id}-panel`} onClick={() => setPicked(tab.name)}>{tab.icon && <EntityIcon name={tab.icon} size={15} />}{tab.label ?? tab.name}</button>)}
      </div></div>
      <div key={current.name} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current.name}`} className={variant === 'phone' ? undefined : 'form-sections form-tab-body'} data-into={current.at && `${current.at}/components`}><Components items={current.components} nested /></div>
    </div>
  );
}
