/** The code editor itself. Import it lazily: it is the largest library of the app. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { html } from '@codemirror/lang-html'
import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  MatchDecorator,
  placeholder as placeholderText,
  tooltips,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { completeExpression, type ExpressionScope } from './completions'

export interface CodeView {
  setValue: (value: string) => void
  destroy: () => void
}

interface CodeViewOptions {
  id?: string
  label: string
  language: string
  value: string
  placeholder?: string
  isReadOnly: boolean
  onChange: (value: string) => void
  scope: () => ExpressionScope | null
}

export function createCodeView(parent: HTMLElement, options: CodeViewOptions): CodeView {
  let isSetting = false
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.value,
      extensions: [
        base,
        languageExtensions(options),
        EditorState.readOnly.of(options.isReadOnly),
        EditorView.contentAttributes.of(contentAttributes(options)),
        options.placeholder ? placeholderText(options.placeholder) : [],
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isSetting) options.onChange(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    setValue: (value) => {
      if (value === view.state.doc.toString()) return
      isSetting = true
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } })
      isSetting = false
    },
    destroy: () => view.destroy(),
  }
}

function contentAttributes({ id, label }: CodeViewOptions): Record<string, string> {
  return { 'aria-label': label, spellcheck: 'false', ...(id ? { id } : {}) }
}

const lineNumbering = new Compartment()

function languageExtensions({ language, scope }: CodeViewOptions): Extension {
  const completing = (isTemplate: boolean) =>
    autocompletion({
      override: [
        async (context) => {
          const known = scope()
          return known && completeExpression(context, known, isTemplate)
        },
      ],
      icons: false,
    })
  switch (language) {
    case 'template':
      return [braces, completing(true)]
    case 'javascript':
      return [javascript(), lineNumbering.of(lineNumbers()), highlightActiveLine(), completing(false)]
    case 'json':
      return json()
    case 'html':
      return html()
    default:
      return []
  }
}

const braceMatcher = new MatchDecorator({
  regexp: /\{\{[\s\S]*?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-braces' }),
})

const braces = ViewPlugin.fromClass(
  class {
    decorations
    constructor(view: EditorView) {
      this.decorations = braceMatcher.createDeco(view)
    }
    update(update: ViewUpdate) {
      this.decorations = braceMatcher.updateDeco(update, this.decorations)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: 'var(--ai)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--succeeded)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--waiting)' },
  { tag: [tags.propertyName, tags.attributeName], color: 'var(--data)' },
  { tag: [tags.function(tags.variableName), tags.tagName], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
])

const look = EditorView.theme({
  '&': { fontSize: 'var(--text-sm)', color: 'var(--text)', maxHeight: '420px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '18px' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-braces': { color: 'var(--accent)' },
  '.cm-placeholder': { color: 'var(--text-3)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 20%, transparent)',
  },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--surface-2)' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--text-3)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 24%, transparent)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: '8px',
    backgroundColor: 'var(--surface)',
    boxShadow: 'var(--shadow-3)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: 'var(--text-sm)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--accent)',
  },
  '.cm-tooltip.cm-completionInfo': { maxWidth: '320px', padding: '8px 12px' },
  '.cm-help': { display: 'grid', gap: '6px', fontSize: 'var(--text-sm)', overflowWrap: 'anywhere' },
  '.cm-help p': { color: 'var(--text-2)' },
  '.cm-help-call': { color: 'var(--accent)' },
  '.cm-help-here': { paddingTop: '6px', borderTop: '1px solid var(--line)' },
  '.cm-completionDetail': { color: 'var(--text-3)', fontStyle: 'normal', marginLeft: '12px' },
})

const base: Extension = [
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  EditorView.lineWrapping,
  syntaxHighlighting(highlighting),
  look,
  tooltips({ parent: document.body }),
  // Tab leaves the field, as in every other field of a form.
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
]
