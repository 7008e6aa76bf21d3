import type { CatalogData, Field } from '@/catalog/types';

const system: Field[] = [
  { id: 'id', name: 'id', label: 'Id', type: 'id', system: true, read_only: true },
  { id: 'created_at', name: 'created_at', label: 'Created', type: 'datetime', system: true, read_only: true },
  { id: 'created_by', name: 'created_by', label: 'Created by', type: 'user', target: 'user', system: true, read_only: true },
  { id: 'updated_at', name: 'updated_at', label: 'Changed', type: 'datetime', system: true, read_only: true },
  { id: 'updated_by', name: 'updated_by', label: 'Changed by', type: 'user', target: 'user', system: true, read_only: true },
  { id: 'owner', name: 'owner', label: 'Owner', type: 'user', target: 'user', system: true },
  { id: 'version', name: 'version', label: 'Version', type: 'integer', system: true, read_only: true },
];
const operations = { read: true, create: true, update: true, delete: true };
const field = (name: string, type: Field['type'], label: string, more: Partial<Field> = {}): Field => ({ id: name, name, type, label, ...more });

/** A small catalog that tests and the fake server share. */
export const CATALOG: CatalogData = {
  revision: 1,
  workspace: { name: 'Northwind Trading', language: 'en', currency: 'EUR', time_zone: 'Europe/Vienna' },
  rights: { use: true, design: true, administer: true },
  user: { id: 'u1', name: 'Anna Kotova', email: 'anna@northwind.example', language: 'en' },
  applications: [{ name: 'crm', label: 'CRM', icon: 'briefcase', sections: [{ label: 'Sales', items: [{ entity: 'deal', label: 'Deals', icon: 'briefcase' }, { entity: 'company', label: 'Companies', icon: 'building' }, { entity: 'contact', label: 'Contacts', icon: 'users' }] }] }],
  entities: [
    {
      id: 'deal', name: 'deal', label: 'Deal', plural: 'Deals', icon: 'briefcase', title: 'title', operations,
      fields: [
        field('title', 'text', 'Title', { required: true, max_length: 200, searchable: true }),
        field('number', 'auto_number', 'Number', { read_only: true }),
        field('company', 'link', 'Company', { target: 'company', inverse: 'deals' }),
        field('stage', 'choice', 'Stage', { default: 'new', choices: [{ value: 'new', label: 'New', color: 'slate' }, { value: 'qualified', label: 'Qualified', color: 'cyan' }, { value: 'proposal', label: 'Proposal', color: 'violet' }, { value: 'negotiation', label: 'Negotiation', color: 'amber' }, { value: 'won', label: 'Won', color: 'green' }] }),
        field('amount', 'money', 'Amount', { scale: 2, precision: 18 }),
        field('close_date', 'date', 'Close date'),
        field('probability', 'percent', 'Probability'),
        field('notes', 'long_text', 'Notes'),
        field('items', 'children', 'Lines', { target: 'deal_item', inverse: 'deal' }),
        field('contract', 'file', 'Contract'),
        ...system,
      ],
      rules: [],
    },
    {
      id: 'deal_item', name: 'deal_item', label: 'Line', plural: 'Lines', title: 'product', operations, owner: { entity: 'deal', field: 'items' },
      fields: [field('product', 'text', 'Product', { required: true }), field('quantity', 'decimal', 'Quantity'), field('price', 'money', 'Price', { scale: 2 }), field('amount', 'money', 'Amount', { scale: 2 }), field('deal', 'link', 'Deal', { target: 'deal' }), ...system],
    },
    {
      id: 'company', name: 'company', label: 'Company', plural: 'Companies', icon: 'building', title: 'name', operations, description: 'Customers, suppliers and everyone you deal with.',
      fields: [field('name', 'text', 'Name', { required: true }), field('city', 'text', 'City'), field('site', 'url', 'Site'), field('phone', 'phone', 'Phone'), field('active', 'boolean', 'Active'), field('deals', 'inverse', 'Deals', { target: 'deal', inverse: 'company' }), field('contacts', 'inverse', 'Contacts', { target: 'contact', inverse: 'company' }), ...system],
    },
    {
      id: 'contact', name: 'contact', label: 'Contact', plural: 'Contacts', icon: 'users', title: 'name', operations,
      fields: [field('name', 'text', 'Name', { required: true }), field('email', 'email', 'Email'), field('company', 'link', 'Company', { target: 'company', inverse: 'contacts' }), ...system],
    },
    {
      id: 'user', name: 'user', label: 'User', plural: 'Users', icon: 'users', title: 'name', system: true, operations,
      fields: [field('email', 'email', 'Email', { required: true }), field('name', 'text', 'Name'), field('roles', 'links', 'Roles', { target: 'role' }), field('is_active', 'boolean', 'Active'), field('language', 'text', 'Language'), field('time_zone', 'text', 'Time zone'), field('password', 'secret', 'Password', { write_only: true }), ...system],
    },
    { id: 'role', name: 'role', label: 'Role', plural: 'Roles', title: 'label', key: 'name', system: true, read_only: true, operations: { read: true, create: false, update: false, delete: false }, fields: [field('name', 'text', 'Name'), field('label', 'text', 'Label'), ...system] },
  ],
};
