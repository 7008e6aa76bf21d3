import { ActionIcon, Select } from '@mantine/core';
import { IconAsterisk, IconEyeOff, IconLock, IconPencil, IconX, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { granted, OTHERWISE, permitField } from '../model/access';
import { FIELD_PERMISSIONS, labelOf, type FieldPermission, type RoleDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';

const ICONS: Record<FieldPermission, Icon> = { write: IconPencil, read: IconLock, mask: IconAsterisk, none: IconEyeOff };

/** Fields of which the role may do less than of the record; closing the rest makes it a list of what is open. */
export function FieldsCard({ role, entity }: { role: RoleDoc; entity: string }) {
  const { t } = useTranslation('studio');
  const { bench, entity: viewOf, entities, language } = useStudio();
  const rules = granted(role, entity).operations.fields ?? {};
  const view = viewOf(entity);
  const owned = { name: 'owner', label: t('attribute.owner') };
  const of = (one: NonNullable<typeof view>) => [...one.builtIn.map((field) => ({ name: field.name, label: field.label })), ...(one.doc.fields ?? []).map((field) => ({ name: field.name, label: labelOf(field, language) }))];
  const known = [owned, ...(view ? of(view) : entity === OTHERWISE ? distinct(entities.filter((one) => !one.system).flatMap(of)) : [])];
  const label = (name: string) => known.find((field) => field.name === name)?.label ?? name;
  const rest = rules['*'] ?? 'write';
  const set = (field: string, permission: FieldPermission | undefined) => bench.edit(permitField(role, entity, field, permission));
  const choice = (field: string, value: FieldPermission, name: string) => {
    // Of a dataset there is nothing to write: open is read.
    const said = (one: FieldPermission) => (view?.dataset && one === 'write' ? 'read' : one);
    const Found = ICONS[said(value)];
    // Nobody writes what is calculated, and there is no trace of it to show.
    const calculated = view?.doc.fields?.some((one) => one.name === field && one.formula);
    const permissions = FIELD_PERMISSIONS.filter((one) => (view?.dataset ? one === value || one === (field === '*' ? 'write' : 'read') || one === 'none' : !calculated || one === value || one === 'read' || one === 'none'));
    return (
      <Select size="xs" w={190} flex="none" aria-label={t('access.field_of', { name })} data={permissions.map((one) => ({ value: one, label: t(`access.field_${said(one)}`) }))} value={value} allowDeselect={false}
        leftSection={<Found size={14} stroke={1.75} />} onChange={(next) => next && set(field, field === '*' && next === 'write' ? undefined : (next as FieldPermission))} />
    );
  };
  return (
    <section className="card access-card" aria-label={t('access.fields')}>
      <h3 className="section-title">{t('access.fields')}</h3>
      <div className="row gap-8 access-field"><span className="grow muted">{t('access.field_rest')}</span>{choice('*', rest, t('access.field_rest'))}<span className="access-gap" /></div>
      {Object.entries(rules).filter(([name]) => name !== '*').map(([name, permission]) => (
        <div key={name} className="row gap-8 access-field">
          <span className="grow medium ellipsis">{label(name)}</span>{choice(name, permission, label(name))}
          <ActionIcon size={24} aria-label={t('access.field_drop', { name: label(name) })} title={t('access.field_drop', { name: label(name) })} onClick={() => set(name, undefined)}><IconX size={14} stroke={1.75} /></ActionIcon>
        </div>
      ))}
      <Select size="xs" searchable aria-label={t('access.field_add')} placeholder={t('access.field_add')} key={Object.keys(rules).length} value={null} nothingFoundMessage={t('part.nothing')}
        data={known.filter((field) => !(field.name in rules)).map((field) => ({ value: field.name, label: field.label }))} onChange={(name) => name && set(name, rest === 'write' ? 'none' : 'read')} />
      <p className="hint">{t(rest === 'none' ? 'access.fields_open' : 'access.fields_text')}</p>
    </section>
  );
}

function distinct(fields: { name: string; label: string }[]): { name: string; label: string }[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()].sort((a, b) => a.label.localeCompare(b.label));
}
