import { writeJson } from '@/api/json';
import { divide, divideRounded, fromInteger, inRange, multiply, parseUnits, unitsToText } from './decimal';
import { callFunction } from './functions';
import { compareTexts, dateOf, DAY, isDate, millisecondsOf, textOfDate } from './values';

/** A node of the typed expression, as `expression::json` writes it. */
export interface Node {
  node: string;
  type: Type;
  value?: unknown;
  variable?: number;
  of?: Node;
  field?: { entity: string; id: string; name: string };
  operator?: string;
  argument?: Node;
  left?: Node;
  right?: Node;
  condition?: Node;
  then?: Node;
  otherwise?: Node;
  function?: string;
  arguments?: Node[];
  list?: Node[];
  aggregate?: string;
  entity?: string;
  name?: string;
  body?: Node;
}

export type Type = string | { record: string } | { records: string };
type Json = Record<string, unknown>;

/** A value while evaluating: integers, decimals (in units), instants and durations (in milliseconds) are `bigint`, told apart by the node's type. */
export type Value = null | boolean | bigint | string | string[] | Json;

/** What an evaluation sees: the record on the form and the world around it. */
export interface Context {
  record: Json | null;
  user?: Json;
  timeZone?: string;
  language?: string;
  today?: string;
  now?: string;
  /** Whether a field that is not in a record is empty, and not merely unread. */
  whole?: boolean;
  /** Gives the record of an identity, where links hold only that. */
  find?: (id: string) => Json | undefined;
  /** Records that belong to the one on the form and are here with all that is known of them. */
  lines?: ReadonlySet<Json>;
  /** Gives what calculates a field that nobody writes. */
  formula?: (field: { entity: string; id: string; name: string }) => Node | undefined;
}

/** Thrown when the form does not have what an expression reads: a record behind a link, an inverse relation. */
export class NotHere extends Error {}

const INTEGER = 2n ** 63n;
const inInteger = (value: bigint) => (value >= -INTEGER && value < INTEGER ? value : null);
const kindOf = (type: Type) => (typeof type === 'string' ? type : 'record' in type ? 'record' : 'records');

class Evaluation {
  private readonly variables = new Map<number, Json | null>();

  constructor(private readonly context: Context) {
    this.variables.set(0, context.record);
  }

  value(node: Node): Value {
    switch (node.node) {
      case 'literal':
        return read(node.value, node.type);
      case 'variable':
        return this.variables.get(node.variable!) ?? null;
      case 'user':
        return this.context.user ?? null;
      case 'field':
        return this.field(node);
      case 'as':
        return this.narrowed(node);
      case 'unary':
        return this.unary(node);
      case 'binary':
        return this.binary(node);
      case 'if':
        return this.value(this.value(node.condition!) === true ? node.then! : node.otherwise!);
      case 'call':
        return this.call(node);
      case 'one_of': {
        const value = this.value(node.value as Node);
        return node.list!.some((item) => equal(value, this.value(item)));
      }
      case 'aggregate':
        return this.aggregate(node);
      case 'to_decimal': {
        const value = this.value(node.argument!);
        return typeof value === 'bigint' ? (inRange(fromInteger(value)) ?? null) : null;
      }
      default:
        return null;
    }
  }

  private field(node: Node): Value {
    const record = this.value(node.of!);
    if (record === null || typeof record !== 'object' || Array.isArray(record)) return null;
    const name = node.field!.name;
    const formula = this.context.formula?.(node.field!);
    if (formula && this.isWhole(record)) {
      try {
        const value = new Evaluation({ ...this.context, record }).value(formula);
        return isEmpty(value) ? null : value;
      } catch (error) {
        if (!(error instanceof NotHere) || !(name in record)) throw error;
      }
    }
    if (!(name in record) && !this.context.whole) {
      if (!this.isWhole(record) || kindOf(node.type) === 'records') throw new NotHere(name);
      return null;
    }
    const value = read(record[name], node.type);
    const { find } = this.context;
    if (!find || typeof node.type === 'string' || value === null) return value;
    const known = (item: Json) => find(String(item.id)) ?? item;
    return (Array.isArray(value) ? (value as unknown as Json[]).map(known) : known(value as Json)) as Value;
  }

  /** Whether a record is here with all its fields: the one on the form and its lines; of a link there is only the title. */
  private isWhole(record: Json): boolean {
    return record === this.context.record || this.context.whole === true || (this.context.lines?.has(record) ?? false);
  }

  /** The record of a link to one of several entities when it is one of this entity. */
  private narrowed(node: Node): Value {
    const record = this.value(node.of!);
    if (record === null || typeof record !== 'object' || Array.isArray(record)) return null;
    if (record.entity !== node.name && record.entity !== node.entity) return null;
    return this.context.find?.(String(record.id)) ?? record;
  }

  private unary(node: Node): Value {
    const value = this.value(node.argument!);
    if (node.operator === '!') return value !== true;
    if (typeof value !== 'bigint') return null;
    return node.type === 'integer' ? inInteger(-value) : -value;
  }

  private binary(node: Node): Value {
    const left = this.value(node.left!);
    switch (node.operator) {
      case '&&':
        return left === true && this.value(node.right!) === true;
      case '||':
        return left === true || this.value(node.right!) === true;
      case '??':
        return isEmpty(left) ? this.value(node.right!) : left;
    }
    const right = this.value(node.right!);
    if (node.operator === '==') return equal(left, right);
    if (node.operator === '!=') return !equal(left, right);
    if (['<', '<=', '>', '>='].includes(node.operator!)) return this.ordered(node.operator!, left, right, node.left!.type);
    if (isEmpty(left) || isEmpty(right)) return null;
    return arithmetic(node.operator!, left, right, node.left!.type, node.right!.type);
  }

  private order(left: Value, right: Value, type: Type): number | undefined {
    if (isEmpty(left) || isEmpty(right)) return undefined;
    if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0;
    if (typeof left !== 'string' || typeof right !== 'string') return undefined;
    if (type === 'text') return compareTexts(left, right, this.context.language ?? 'en');
    return left < right ? -1 : left > right ? 1 : 0;
  }

  private ordered(operator: string, left: Value, right: Value, type: Type): boolean {
    const order = this.order(left, right, type);
    if (order === undefined) return false;
    return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0;
  }

  private call(node: Node): Value {
    const values = node.arguments!.map((argument) => this.value(argument));
    if (values.some(isEmpty)) return null;
    return callFunction(node.function!, values, node.arguments!.map((argument) => argument.type), this.context);
  }

  private records(node: Node): Json[] {
    if (node.node === 'field') {
      const found = this.field(node);
      return Array.isArray(found) ? (found as unknown as Json[]) : [];
    }
    if (node.node !== 'filter') return [];
    return this.records(node.of!).filter((record) => this.body(node, record) === true);
  }

  private body(node: Node, record: Json): Value {
    const before = this.variables.get(node.variable!);
    this.variables.set(node.variable!, record);
    const value = this.value(node.body!);
    if (before === undefined) this.variables.delete(node.variable!);
    else this.variables.set(node.variable!, before);
    return value;
  }

  private aggregate(node: Node): Value {
    const records = this.records(node.of!);
    if (node.aggregate === 'first') return inOrder(records).find((record) => !node.body || this.body(node, record) === true) ?? null;
    if (!node.body) return BigInt(records.length);
    if (node.aggregate === 'any') return records.some((record) => this.body(node, record) === true);
    if (node.aggregate === 'all') return records.every((record) => this.body(node, record) === true);
    const values = records.map((record) => this.body(node, record)).filter((value) => !isEmpty(value));
    const sum = () => values.reduce<bigint>((total, value) => total + (value as bigint), 0n);
    if (node.aggregate === 'sum') return node.type === 'integer' ? inInteger(sum()) : (inRange(sum()) ?? null);
    if (values.length === 0) return null;
    if (node.aggregate === 'avg') {
      const whole = node.body.type === 'integer' ? fromInteger(sum()) : sum();
      return inRange(divideRounded(whole, BigInt(values.length))) ?? null;
    }
    const sign = node.aggregate === 'min' ? 1 : -1;
    return values.reduce((best, value) => ((this.order(value, best, node.body!.type) ?? 0) * sign < 0 ? value : best));
  }
}

/** Records in the order of lists, which is that of their identities; what is not saved yet comes last. */
const inOrder = (records: Json[]) => {
  const place = (record: Json) => (typeof record.id === 'string' ? record.id : 'g');
  return [...records].sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
};

export const isEmpty = (value: Value) => value === null || value === '' || (Array.isArray(value) && value.length === 0);

const idOf = (value: Value): string | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) && 'id' in value ? String(value.id) : undefined);

/** Total equality: empty equals empty only; a record and its identity are one. */
export function equal(left: Value, right: Value): boolean {
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  const [a, b] = [idOf(left) ?? left, idOf(right) ?? right];
  if (typeof a === 'object' || typeof b === 'object') return writeJson(a) === writeJson(b);
  return a === b;
}

/** Reads a value of JSON as what its type says. */
export function read(json: unknown, type: Type): Value {
  if (json === null || json === undefined || json === '') return null;
  const kind = kindOf(type);
  switch (kind) {
    case 'boolean':
      return json === true;
    case 'integer':
      return /^-?\d+$/.test(String(json)) ? BigInt(String(json)) : null;
    case 'decimal':
      return parseUnits(String(json)) ?? null;
    case 'datetime':
      return millisecondsOf(String(json));
    case 'duration':
      return millisecondsOf(String(json), 'duration');
    case 'id':
      return typeof json === 'object' ? String((json as Json).id) : String(json);
    case 'record':
      return typeof json === 'object' ? (json as Json) : { id: json };
    case 'records':
      return (Array.isArray(json) ? json.map((item: unknown) => (typeof item === 'object' ? item : { id: item })) : []) as unknown as Value;
    case 'choices':
      return Array.isArray(json) ? (json as string[]) : null;
    case 'opaque':
    case 'any_record':
      return json as Json;
    default:
      return String(json);
  }
}

/** Writes a value as literals hold it, for comparison with what others computed. */
export function write(value: Value, type: Type): unknown {
  if (isEmpty(value)) return null;
  const kind = kindOf(type);
  if (kind === 'decimal' && typeof value === 'bigint') return unitsToText(value);
  if (kind === 'datetime' && typeof value === 'bigint') return new Date(Number(value)).toISOString();
  if (typeof value === 'bigint') return value.toString();
  if (kind === 'record' || kind === 'any_record' || kind === 'id') return idOf(value) ?? value;
  return value;
}

function arithmetic(operator: string, left: Value, right: Value, type: Type, rightType: Type): Value {
  if (type === 'date' && isDate(left)) {
    const day = BigInt(dateOf(left));
    if (isDate(right)) return (day - BigInt(dateOf(right))) * DAY;
    if (rightType !== 'duration' || typeof right !== 'bigint') return null;
    return textOfDate(day + (operator === '-' ? -right : right) / DAY);
  }
  if (typeof left === 'string' && typeof right === 'string') return operator === '+' ? left + right : null;
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return null;
  if (type === 'datetime' && rightType === 'datetime') return left - right;
  if (type === 'datetime') {
    const instant = operator === '-' ? left - right : left + right;
    return instant >= -62_135_596_800_000n && instant <= 253_402_300_799_999n ? instant : null;
  }
  const whole = type === 'integer' || type === 'duration';
  const fit = (value: bigint) => (whole ? inInteger(value) : (inRange(value) ?? null));
  switch (operator) {
    case '+':
      return fit(left + right);
    case '-':
      return fit(left - right);
    case '*':
      return whole ? fit(left * right) : (multiply(left, right) ?? null);
    case '/':
      return divide(left, right) ?? null;
    case '%':
      return right === 0n ? null : fit(left % right);
    default:
      return null;
  }
}

/** The value of an expression for a record. */
export function evaluate(expression: unknown, context: Context): Value {
  return new Evaluation(context).value(expression as Node);
}

/** Whether a condition holds: an empty value does not. */
export const evaluateCondition = (expression: unknown, context: Context) => evaluate(expression, context) === true;

/** Names of the fields of the record itself that an expression reads, in their order. */
export function fieldsOf(expression: unknown): string[] {
  const names = new Set<string>();
  function walk(item: unknown) {
    if (Array.isArray(item)) return item.forEach(walk);
    if (typeof item !== 'object' || item === null) return;
    const node = item as Node;
    if (node.node === 'field' && node.of?.node === 'variable' && node.of.variable === 0) names.add(node.field!.name);
    Object.values(node).forEach(walk);
  }
  walk(expression);
  return [...names];
}

