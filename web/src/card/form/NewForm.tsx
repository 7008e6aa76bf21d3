import { Section } from '../Section';
import { Components } from './Components';
import { useLayout } from './context';

/** All of a form for a new record below one another: nothing to fill is on a tab out of sight. */
export function NewForm() {
  const { layout, tabsShown, isShown } = useLayout();
  const tabs = tabsShown(layout.tabs);
  const [first] = tabs;
  const side = (layout.side ?? []).filter(isShown);
  return (
    <div className="form-sections new-form">
      {tabs.map((tab) => (tab === first ? <Components key={tab.name} items={tab.components} /> : <Section key={tab.name} title={tab.label ?? tab.name} plain><div className="form-sections"><Components items={tab.components} nested /></div></Section>))}
      {side.length > 0 && <Components items={side} />}
    </div>
  );
}
