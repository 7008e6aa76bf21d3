import type { ReactNode } from 'react';
import { Section } from '../Section';
import { Components } from './Components';
import { useLayout } from './context';

/** On the canvas what stands in a tab has a place that takes more. */
const Within = ({ into, children }: { into?: string; children: ReactNode }) => (into ? <div className="form-sections" data-into={into}>{children}</div> : children);

/** All of a form for a new record below one another: nothing to fill is on a tab out of sight. */
export function NewForm() {
  const { layout, tabsShown, isShown } = useLayout();
  const tabs = tabsShown(layout.tabs);
  const [first] = tabs;
  const side = (layout.side ?? []).filter(isShown);
  return (
    <div className="form-sections new-form">
      {tabs.map((tab) => (tab === first ? <Within key={tab.name} into={tab.at && `${tab.at}/components`}><Components items={tab.components} /></Within> : <Section key={tab.name} title={tab.label ?? tab.name} plain><div className="form-sections" data-into={tab.at && `${tab.at}/components`}><Components items={tab.components} nested /></div></Section>))}
      {side.length > 0 && <Components items={side} />}
    </div>
  );
}
