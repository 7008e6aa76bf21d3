import { ActionIcon, Autocomplete, Button, Select, Switch, TextInput } from '@mantine/core';
import { IconBolt, IconClock, IconPlus, IconTrash, IconWebhook, IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cronOf, USUAL } from '../model/cron';
import { nameFromLabel, uniqueName } from '../model/naming';
import { messageAt } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { newButton } from '../model/script';
import { type ButtonDoc, type EndpointDoc, HOOK_EVENTS, type HookDoc, METHODS, type Problem, type ScheduleDoc, type ScriptDoc, textOf } from '../model/types';
import { ConditionInput, NOTHING } from '../parts/ConditionInput';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect, RolesSelect } from '../parts/selects';
import { ScheduleEditor } from '../properties/ScheduleEditor';
import { checkScript } from '../state/api';
import { useStudio } from '../state/StudioProvider';
import { Formulas } from './Formulas';
import { Parameters } from './Parameters';

interface Props {
  doc: ScriptDoc;
  problems: Problem[];
  save: (doc: ScriptDoc, mark?: string) => void;
}

const icon = { size: 16, stroke: 1.75 };

/** What calls functions of the script: saves, buttons, programs, the clock. */
export function Calls({ doc, problems, save }: Props) {
  const { t } = useTranslation('studio');
  const { entities } = useStudio();
  const checked = useQuery({ queryKey: ['script', doc.name, doc.source ?? ''], queryFn: () => checkScript(doc.name, doc.source ?? ''), retry: false });
  const functions = checked.data?.functions.map((one) => one.name) ?? [];
  const first = functions[0] ?? '';
  const entity = entities.find((one) => !one.system)?.name ?? '';
  const list = <T,>(key: 'hooks' | 'buttons' | 'endpoints' | 'schedules', items: T[], mark?: string) => save({ ...doc, [key]: items.length ? items : undefined }, mark);
  const hooks = doc.hooks ?? [];
  const buttons = doc.buttons ?? [];
  const endpoints = doc.endpoints ?? [];
  const schedules = doc.schedules ?? [];
  const own = (place: string) => problems.filter((one) => one.path.startsWith(`${place}/`) || one.path === place).map((one) => ({ ...one, path: one.path.slice(place.length) }));

  return (
    <>
      <Group icon={<IconBolt {...icon} />} title={t('scripts.hooks')} text={t('scripts.hooks_text')} add={t('scripts.add_hook')} onAdd={() => list('hooks', [...hooks, { entity, event: 'before_save', function: first } satisfies HookDoc])}>
        {hooks.map((hook, at) => {
          const set = (part: Partial<HookDoc>) => list('hooks', hooks.map((one, index) => (index === at ? { ...one, ...part } : one)), `hook.${at}`);
          const wrong = own(`/hooks/${at}`);
          return (
            <Card key={at} label={t('scripts.hook')} onRemove={() => list('hooks', hooks.filter((_, index) => index !== at))}>
              <div className="pair">
                <EntitySelect label={t('scripts.entity')} value={hook.entity} error={messageAt(wrong, 'entity')} onChange={(name) => set({ entity: name })} />
                <Select label={t('scripts.when')} allowDeselect={false} data={HOOK_EVENTS.map((value) => ({ value, label: t(`scripts.${value}`) }))} value={hook.event} onChange={(event) => event && set({ event: event as HookDoc['event'] })} />
              </div>
              <FunctionSelect value={hook.function} functions={functions} error={messageAt(wrong, 'function')} onChange={(name) => set({ function: name })} />
              <p className="hint">{t(`scripts.${hook.event}_text`)}</p>
            </Card>
          );
        })}
      </Group>
      <Group icon={<IconWebhook {...icon} />} title={t('scripts.buttons')} text={t('scripts.buttons_text')} add={t('scripts.add_button')} onAdd={() => list('buttons', [...buttons, newButton(SAMPLES.button, entity, first, buttons)])}>
        {buttons.map((button, at) => <OneButton key={at} button={button} functions={functions} problems={own(`/buttons/${at}`)} taken={buttons.filter((_, index) => index !== at).map((one) => one.name)}
          onChange={(next, mark) => list('buttons', buttons.map((one, index) => (index === at ? next : one)), `button.${at}.${mark}`)} onRemove={() => list('buttons', buttons.filter((_, index) => index !== at))} />)}
      </Group>
      <Group icon={<IconWorld {...icon} />} title={t('scripts.endpoints')} text={t('scripts.endpoints_text')} add={t('scripts.add_endpoint')} onAdd={() => list('endpoints', [...endpoints, { method: 'POST', path: doc.name.replaceAll('_', '-'), function: first } satisfies EndpointDoc])}>
        {endpoints.map((endpoint, at) => {
          const set = (part: Partial<EndpointDoc>) => list('endpoints', endpoints.map((one, index) => (index === at ? { ...one, ...part } : one)), `endpoint.${at}`);
          const wrong = own(`/endpoints/${at}`);
          return (
            <Card key={at} label={t('scripts.endpoint')} onRemove={() => list('endpoints', endpoints.filter((_, index) => index !== at))}>
              <div className="endpoint">
                <Select label={t('scripts.method')} allowDeselect={false} data={[...METHODS]} value={endpoint.method} onChange={(method) => method && set({ method: method as EndpointDoc['method'] })} />
                <TextInput label={t('scripts.path')} leftSection={<span className="size-12 dim">/api/x/</span>} leftSectionWidth={58} value={endpoint.path} error={messageAt(wrong, 'path')} spellCheck={false} onChange={(event) => set({ path: event.currentTarget.value })} />
              </div>
              <FunctionSelect value={endpoint.function} functions={functions} error={messageAt(wrong, 'function')} onChange={(name) => set({ function: name })} />
              <RolesSelect label={t('scripts.roles')} value={endpoint.roles} error={messageAt(wrong, 'roles')} onChange={(roles) => set({ roles: roles.length ? roles : undefined })} />
            </Card>
          );
        })}
      </Group>
      <Group icon={<IconClock {...icon} />} title={t('scripts.schedules')} text={t('scripts.schedules_text')} add={t('scripts.add_schedule')}
        onAdd={() => save({ ...doc, run_as: 'system', schedules: [...schedules, { name: uniqueName('schedule', schedules.map((one) => one.name)), cron: cronOf(USUAL), function: first }] })}>
        {schedules.map((schedule, at) => {
          const set = (part: Partial<ScheduleDoc>) => list('schedules', schedules.map((one, index) => (index === at ? { ...one, ...part } : one)), `schedule.${at}`);
          const wrong = own(`/schedules/${at}`);
          return (
            <Card key={at} label={t('scripts.schedule')} onRemove={() => list('schedules', schedules.filter((_, index) => index !== at))}>
              <FunctionSelect value={schedule.function} functions={functions} error={messageAt(wrong, 'function') ?? messageAt(wrong, '')} onChange={(name) => set({ function: name })} />
              <ScheduleEditor cron={schedule.cron} error={messageAt(wrong, 'cron')} onChange={(cron) => set({ cron })} />
            </Card>
          );
        })}
      </Group>
      <Formulas doc={doc} functions={checked.data?.functions ?? []} problems={problems} save={save} />
    </>
  );
}

interface ButtonProps {
  button: ButtonDoc;
  functions: string[];
  problems: Problem[];
  taken: string[];
  onChange: (button: ButtonDoc, mark?: string) => void;
  onRemove: () => void;
}

function OneButton({ button, functions, problems, taken, onChange, onRemove }: ButtonProps) {
  const { t } = useTranslation('studio');
  const { entity, state, language } = useStudio();
  const set = (part: Partial<ButtonDoc>, mark?: string) => onChange({ ...button, ...part }, mark);
  const isLive = [...state.published.values()].some((doc) => doc.kind === 'script' && doc.buttons?.some((one) => one.name === button.name));
  const rename = () => {
    // What programs press keeps its name.
    if (!isLive) set({ name: uniqueName(nameFromLabel(textOf(button.label, 'en'), 'button'), taken) }, 'label');
  };
  return (
    <Card label={textOf(button.label, language)} onRemove={onRemove}>
      <div onBlur={rename}><LabelInputs label={t('scripts.button_label')} value={button.label} required error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} /></div>
      <div className="pair">
        <EntitySelect label={t('scripts.entity')} value={button.entity} error={messageAt(problems, 'entity')} onChange={(name) => set({ entity: name })} />
        <FunctionSelect value={button.function} functions={functions} error={messageAt(problems, 'function')} onChange={(name) => set({ function: name })} />
      </div>
      {button.when === undefined
        ? <Button size="compact-xs" variant="subtle" w="fit-content" onClick={() => set({ when: NOTHING })}>{t('scripts.add_when')}</Button>
        : <div><ConditionInput label={t('scripts.shown_when')} value={button.when} entity={entity(button.entity)} error={messageAt(problems, 'when')} onChange={(when) => set({ when }, 'when')} />
          <Button size="compact-xs" variant="subtle" onClick={() => set({ when: undefined })}>{t('scripts.always')}</Button></div>}
      <Parameters parameters={button.parameters ?? []} problems={problems} onChange={(parameters, mark) => set({ parameters: parameters.length ? parameters : undefined }, mark)} />
      <LabelInputs label={t('scripts.confirm')} value={button.confirm} onChange={(confirm) => set({ confirm: Object.values(confirm).some(Boolean) ? confirm : undefined }, 'confirm')} />
      <Switch label={t('scripts.on_list')} checked={button.on_list ?? false} onChange={(event) => set({ on_list: event.currentTarget.checked || undefined })} />
      <RolesSelect label={t('scripts.roles')} value={button.roles} error={messageAt(problems, 'roles')} onChange={(roles) => set({ roles: roles.length ? roles : undefined })} />
    </Card>
  );
}

export function FunctionSelect({ value, functions, error, onChange }: { value: string; functions: string[]; error?: string; onChange: (name: string) => void }) {
  const { t } = useTranslation('studio');
  return <Autocomplete classNames={{ label: 'control-label', input: 'control-input' }} label={t('scripts.function')} data={functions} value={value} error={error} onChange={onChange} />;
}

export function Group({ icon, title, text, add, onAdd, children }: { icon: ReactNode; title: string; text: string; add: string; onAdd: () => void; children: ReactNode }) {
  return (
    <section className="column gap-8" aria-label={title}>
      <div className="row gap-8">{icon}<h3 className="section-title grow">{title}</h3><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={onAdd}>{add}</Button></div>
      <p className="hint">{text}</p>
      {children}
    </section>
  );
}

export function Card({ label, onRemove, children }: { label: string; onRemove: () => void; children: ReactNode }) {
  const { t } = useTranslation('studio');
  return (
    <section className="card rule" aria-label={label}>
      <div className="grow column gap-12">{children}</div>
      <ActionIcon aria-label={`${t('common:action.remove')}: ${label}`} title={t('common:action.remove')} onClick={onRemove}><IconTrash size={15} stroke={1.75} /></ActionIcon>
    </section>
  );
}
