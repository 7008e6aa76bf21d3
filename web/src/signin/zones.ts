import { currentLocale } from '@/i18n';

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Zones of the browser with the time they have now. */
export function zoneOptions(): { value: string; label: string }[] {
  const known = Intl.supportedValuesOf('timeZone');
  const names = [...new Set(['UTC', ownZone(), ...known])].sort();
  return names.map((zone) => ({ value: zone, label: labelOf(zone) }));
}

/** `Samara (UTC+4), Europe/Samara`: the city first, the whole name for who looks for it. */
function labelOf(zone: string): string {
  const city = (zone.split('/').pop() ?? zone).replace(/_/g, ' ');
  return city === zone ? zone : `${city} (${offsetOf(zone)}), ${zone}`;
}

function offsetOf(zone: string): string {
  const part = new Intl.DateTimeFormat(currentLocale(), { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(new Date()).find((item) => item.type === 'timeZoneName');
  return (part?.value ?? 'UTC').replace('GMT', 'UTC');
}
