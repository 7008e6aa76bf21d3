import { createTheme, type CSSVariablesResolver } from '@mantine/core';

const field = { defaultProps: { size: 'sm' }, classNames: { label: 'control-label', input: 'control-input', error: 'control-error' } } as const;

// The list scrolls by itself: Mantine's own scroller cannot be reached by the keyboard.
const list = { withScrollArea: false } as const;

/** The Mantine theme of the pictures. */
export const theme = createTheme({
  fontFamily: '"Inter Variable", Inter, "Noto Sans", system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace',
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  black: '#0F172A',
  white: '#FFFFFF',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  colors: {
    brand: ['#EFF6FF', '#DBEAFE', '#BFDBFE', '#93C5FD', '#60A5FA', '#3B82F6', '#2563EB', '#1D4ED8', '#1E40AF', '#1E3A8A'],
    gray: ['#F8FAFC', '#F1F5F9', '#E2E8F0', '#CBD5E1', '#94A3B8', '#64748B', '#475569', '#334155', '#1E293B', '#0F172A'],
    dark: ['#F1F5F9', '#CBD5E1', '#94A3B8', '#64748B', '#334155', '#283548', '#1E293B', '#0F172A', '#0B1222', '#070C18'],
  },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '16px', lineHeight: '24px' }, h3: { fontSize: '14px', lineHeight: '20px' } } },
  shadows: { xs: '0 1px 2px rgba(15,23,42,.05)', md: '0 8px 24px -6px rgba(15,23,42,.16), 0 2px 6px rgba(15,23,42,.06)', lg: '0 16px 40px -8px rgba(15,23,42,.28)' },
  // Plain objects: naming the components here would put all of them into the first script.
  components: {
    Button: { defaultProps: { size: 'sm' }, classNames: { root: 'button' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 }, classNames: { root: 'icon-button' } },
    TextInput: field,
    PasswordInput: field,
    Select: { ...field, defaultProps: { size: 'sm', checkIconPosition: 'right', allowDeselect: false, ...list } },
    NumberInput: field,
    Textarea: field,
    DateInput: field,
    DateTimePicker: field,
    TimeInput: field,
    ColorInput: field,
    MultiSelect: { ...field, defaultProps: { size: 'sm', ...list } },
    TagsInput: { ...field, defaultProps: { size: 'sm', ...list } },
    Checkbox: { defaultProps: { size: 'xs', radius: 'xs' } },
    Switch: { defaultProps: { size: 'xs', withThumbIndicator: false } },
    SegmentedControl: { defaultProps: { size: 'xs', radius: 'sm', withItemsBorders: false } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: 12, transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { shadow: 'md', radius: 'md', transitionProps: { duration: 120 } } },
    Popover: { defaultProps: { shadow: 'md', radius: 'md', transitionProps: { duration: 120 } } },
    Modal: { defaultProps: { radius: 'lg', centered: true, transitionProps: { duration: 160 }, overlayProps: { backgroundOpacity: 0.4 } } },
  },
});

/** Ties Mantine's own variables to the tokens, so that both draw with the same colours. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-3)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-placeholder': 'var(--text-3)',
    '--mantine-color-anchor': 'var(--primary)',
    '--mantine-color-default': 'var(--button)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-border': 'var(--border)',
    '--mantine-color-default-color': 'var(--text)',
  },
  light: { '--mantine-color-error': '#B91C1C', '--mantine-color-body': '#FFFFFF', '--mantine-color-text': '#0F172A', '--mantine-color-placeholder': '#5B6A82', '--mantine-color-dimmed': '#5B6A82' },
  dark: { '--mantine-color-error': '#F87171', '--mantine-color-body': '#131C30', '--mantine-color-text': '#F1F5F9', '--mantine-color-placeholder': '#8B9AB0', '--mantine-color-dimmed': '#8B9AB0', '--mantine-color-default': '#1A2539', '--mantine-color-default-border': '#2F3E57', '--mantine-color-default-hover': '#1E293B' },
});
