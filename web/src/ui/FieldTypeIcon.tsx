import {
  IconAbc, IconAt, IconCalendar, IconCalendarClock, IconCheckbox, IconClock, IconCode, IconCoin, IconEyeOff, IconFileText, IconForms, IconGitBranch, IconHash, IconHourglass,
  type Icon, IconId, IconLetterCase, IconLink, IconLinkPlus, IconListDetails, IconMap2, IconMapPin, IconNumber123, IconPalette, IconPercentage, IconPhone, IconPhoto, IconSelector, IconShare3, IconStar,
  IconTags, IconUser, IconWorld, IconSection,
} from '@tabler/icons-react';
import type { FieldType } from '@/catalog/types';

export const FIELD_TYPE_ICONS: Record<FieldType, Icon> = {
  text: IconLetterCase, long_text: IconAbc, rich_text: IconSection, email: IconAt, phone: IconPhone, url: IconWorld, integer: IconHash, decimal: IconNumber123, money: IconCoin,
  percent: IconPercentage, boolean: IconCheckbox, date: IconCalendar, datetime: IconCalendarClock, time: IconClock, duration: IconHourglass, choice: IconSelector, multi_choice: IconTags,
  link: IconLink, links: IconLinkPlus, children: IconListDetails, any_link: IconShare3, user: IconUser, file: IconFileText, image: IconPhoto, location: IconMapPin, address: IconMap2,
  json: IconCode, auto_number: IconForms, color: IconPalette, rating: IconStar, secret: IconEyeOff, inverse: IconGitBranch, id: IconId,
};

export function FieldTypeIcon({ type, size = 15 }: { type: FieldType; size?: number }) {
  const Found = FIELD_TYPE_ICONS[type] ?? IconLetterCase;
  return <Found size={size} stroke={1.75} aria-hidden />;
}
