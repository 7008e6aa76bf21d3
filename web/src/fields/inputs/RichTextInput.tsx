import '@mantine/tiptap/styles.css';
import { Link, RichTextEditor } from '@mantine/tiptap';
import StarterKit from '@tiptap/starter-kit';
import { useEditor } from '@tiptap/react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { InputProps } from '../types';

const cleared = (html: string) => (html === '<p></p>' ? null : html);

export default function RichTextInput({ field, value, onChange, onCommit, error, readOnly }: InputProps) {
  const { t } = useTranslation('work');
  const editor = useEditor({
    extensions: [StarterKit.configure({ link: false }), Link],
    content: String(value ?? ''),
    editable: !readOnly,
    shouldRerenderOnTransaction: true,
    editorProps: { attributes: { 'aria-label': field.label, role: 'textbox', 'aria-multiline': 'true' } },
    onUpdate: ({ editor: current }) => onChange(cleared(current.getHTML())),
    onBlur: ({ editor: current }) => onCommit?.(cleared(current.getHTML())),
  });
  useEffect(() => {
    if (editor && !editor.isDestroyed && !editor.isFocused && String(value ?? '') !== editor.getHTML()) editor.commands.setContent(String(value ?? ''), { emitUpdate: false });
  }, [editor, value]);
  const labels = {
    boldControlLabel: t('rich.bold'), italicControlLabel: t('rich.italic'), strikeControlLabel: t('rich.strike'), bulletListControlLabel: t('rich.bullets'), orderedListControlLabel: t('rich.numbers'),
    linkControlLabel: t('rich.link'), unlinkControlLabel: t('rich.unlink'), h2ControlLabel: t('rich.heading'), linkEditorSave: t('common:action.save'), linkEditorInputLabel: t('rich.link_address'), linkEditorInputPlaceholder: 'https://', linkEditorExternalLink: t('rich.new_tab'), linkEditorInternalLink: t('rich.same_tab'),
  };
  return (
    <>
      <RichTextEditor editor={editor} labels={labels} className="rich-text">
        {!readOnly && (
          <RichTextEditor.Toolbar>
            <RichTextEditor.ControlsGroup><RichTextEditor.Bold /><RichTextEditor.Italic /><RichTextEditor.Strikethrough /></RichTextEditor.ControlsGroup>
            <RichTextEditor.ControlsGroup><RichTextEditor.H2 /><RichTextEditor.BulletList /><RichTextEditor.OrderedList /></RichTextEditor.ControlsGroup>
            <RichTextEditor.ControlsGroup><RichTextEditor.Link /><RichTextEditor.Unlink /></RichTextEditor.ControlsGroup>
          </RichTextEditor.Toolbar>
        )}
        <RichTextEditor.Content />
      </RichTextEditor>
      {error && <div className="control-error">{error}</div>}
    </>
  );
}
