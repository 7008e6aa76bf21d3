import { IconBorderHorizontal, IconChartBar, IconClick, IconForms, IconGauge, IconHistory, IconLayoutNavbar, IconLayoutRows, IconListDetails, IconPhoto, IconTableRow, IconTypography } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FormNode } from '../model/form';
import { typeOf } from '../model/form';
import type { NewPart } from '../model/formNew';

const icon = { size: 16, stroke: 1.75 };
export const PART_ICONS: Record<NewPart, ReactNode> = {
  section: <IconLayoutRows {...icon} />, tab: <IconLayoutNavbar {...icon} />, tabs: <IconBorderHorizontal {...icon} />, lines: <IconTableRow {...icon} />, related: <IconListDetails {...icon} />, history: <IconHistory {...icon} />,
  indicator: <IconGauge {...icon} />, chart: <IconChartBar {...icon} />, text: <IconTypography {...icon} />, image: <IconPhoto {...icon} />, button: <IconClick {...icon} />,
};

/** The icon of what stands on a form. */
export function iconOf(node: FormNode): ReactNode {
  const type = typeOf(node);
  if (type === 'field') return <IconForms {...icon} />;
  if (type === 'widget') return PART_ICONS['widget' in node && node.widget.type === 'indicator' ? 'indicator' : 'chart'];
  return PART_ICONS[type];
}
