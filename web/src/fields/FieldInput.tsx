import './fields.css';
import { type ComponentType, lazy, Suspense } from 'react';
import type { FieldType } from '@/catalog/types';
import { FieldValue } from './FieldValue';
import { BooleanField, ChoiceField, ColorField, MultiChoiceField } from './inputs/ChoiceInputs';
import { DateField, DateTimeField, DurationField, TimeField } from './inputs/DateInputs';
import { FileField } from './inputs/FileInputs';
import { AnyLinkField, LinkField, LinksField } from './inputs/LinkInputs';
import { NumberField, RatingField } from './inputs/NumberInputs';
import { AddressField, LocationField } from './inputs/PlaceInputs';
import { JsonField, LongTextField, SecretField, TextField } from './inputs/TextInputs';
import type { InputProps } from './types';

const RichTextInput = lazy(() => import('./inputs/RichTextInput'));

function RichTextField(props: InputProps) {
  return <Suspense fallback={<div className="skeleton" style={{ height: 120 }} />}><RichTextInput {...props} /></Suspense>;
}

/** A value that only the server fills. */
function FixedField({ field, value }: InputProps) {
  return <div className="fixed-value"><FieldValue field={field} value={value} /></div>;
}

/** One input per field type; lists, cards and filters all take theirs from here. Lines have a table of their own. */
export const INPUTS: Record<FieldType, ComponentType<InputProps>> = {
  text: TextField, long_text: LongTextField, rich_text: RichTextField, email: TextField, phone: TextField, url: TextField, integer: NumberField, decimal: NumberField, money: NumberField, percent: NumberField,
  boolean: BooleanField, date: DateField, datetime: DateTimeField, time: TimeField, duration: DurationField, choice: ChoiceField, multi_choice: MultiChoiceField, link: LinkField, links: LinksField,
  children: FixedField, any_link: AnyLinkField, user: LinkField, file: FileField, image: FileField, location: LocationField, address: AddressField, json: JsonField, auto_number: FixedField, color: ColorField,
  rating: RatingField, secret: SecretField, inverse: FixedField, id: FixedField,
};

export function FieldInput(props: InputProps) {
  const Input = INPUTS[props.field.type] ?? FixedField;
  return <Input {...props} />;
}
