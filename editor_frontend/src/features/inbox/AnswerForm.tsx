import { ArrowLeft, ArrowRight } from 'lucide-react'
import type { FormField } from '@/api/types'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Field } from '@/ui/Field'
import { Input, Select, TextArea } from '@/ui/Input'
import type { Answers, FormPage } from './answers'
import styles from './Fields.module.css'
import type { Problems } from './proposal'

interface AnswerFormProps {
  pages: readonly FormPage[]
  page: number
  onPage: (page: number) => void
  answers: Answers
  problems: Problems
  onChange: (answers: Answers) => void
}

/** The task's questions, a page at a time where they have pages. */
export function AnswerForm({ pages, page, onPage, answers, problems, onChange }: AnswerFormProps) {
  const shown = pages[page]
  const isLast = page === pages.length - 1
  return (
    <>
      {pages.length > 1 && (
        <ol className={styles.steps} aria-label="Pages of the form">
          {pages.map(({ title }, index) => (
            <li key={title}>
              <button
                type="button"
                aria-current={index === page ? 'step' : undefined}
                onClick={() => onPage(index)}
              >
                <b>{index + 1}</b>
                {title || 'More'}
              </button>
            </li>
          ))}
        </ol>
      )}
      <div className={styles.fields}>
        {shown?.fields.map((field, index) => (
          <Question
            key={field.name}
            field={field}
            isNewSection={field.section !== '' && field.section !== shown.fields[index - 1]?.section}
            answer={answers[field.name] ?? ''}
            problem={problems[field.name]}
            onChange={(answer) => onChange({ ...answers, [field.name]: answer })}
          />
        ))}
      </div>
      {pages.length > 1 && (
        <div className={styles.walk}>
          {page > 0 && (
            <Button icon={<ArrowLeft />} onClick={() => onPage(page - 1)}>
              Back
            </Button>
          )}
          {!isLast && (
            <Button variant="primary" icon={<ArrowRight />} onClick={() => onPage(page + 1)}>
              Next page
            </Button>
          )}
        </div>
      )}
    </>
  )
}

interface QuestionProps {
  field: FormField
  isNewSection: boolean
  answer: string | readonly string[]
  problem: string | undefined
  onChange: (answer: string | readonly string[]) => void
}

function Question({ field, isNewSection, answer, problem, onChange }: QuestionProps) {
  const isWide = field.kind === 'long_text' || field.kind === 'choices'
  const id = `answer-${field.name}`
  return (
    <>
      {isNewSection && <h4 className={styles.section}>{field.section}</h4>}
      <div className={classes(isWide && styles.wide)}>
        {field.kind === 'choices' ? (
          <Choices field={field} chosen={[...answer]} problem={problem} onChange={onChange} />
        ) : (
          <Field
            label={field.label}
            htmlFor={id}
            help={field.help || undefined}
            problem={problem}
            isRequired={field.is_required}
          >
            <Control
              id={id}
              field={field}
              answer={String(answer)}
              isInvalid={problem !== undefined}
              onChange={onChange}
            />
          </Field>
        )}
      </div>
    </>
  )
}

interface ControlProps {
  id: string
  field: FormField
  answer: string
  isInvalid: boolean
  onChange: (answer: string) => void
}

function Control({ id, field, answer, isInvalid, onChange }: ControlProps) {
  const shared = {
    id,
    isInvalid,
    value: answer,
    'aria-required': field.is_required || undefined,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  }
  switch (field.kind) {
    case 'long_text':
      return <TextArea rows={4} {...shared} />
    case 'choice':
      return (
        <Select
          options={[
            { value: '', label: '' },
            ...field.options.map((option) => ({ value: option, label: option })),
          ]}
          {...shared}
        />
      )
    case 'boolean':
      return <Select options={yesNo} {...shared} />
    case 'number':
      return <Input inputMode="decimal" {...shared} />
    default:
      return <Input type={field.kind} {...shared} />
  }
}

const yesNo = [
  { value: '', label: '' },
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
]

interface ChoicesProps {
  field: FormField
  chosen: readonly string[]
  problem: string | undefined
  onChange: (chosen: readonly string[]) => void
}

function Choices({ field, chosen, problem, onChange }: ChoicesProps) {
  return (
    <fieldset className={styles.choices} aria-invalid={problem !== undefined || undefined}>
      <legend>
        {field.label}
        {field.is_required && ' *'}
      </legend>
      {field.options.map((option) => (
        <label key={option} className={styles.choice}>
          <input
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={(event) =>
              onChange(
                field.options.filter((each) =>
                  each === option ? event.target.checked : chosen.includes(each),
                ),
              )
            }
          />
          {option}
        </label>
      ))}
      {field.help && <p className={styles.help}>{field.help}</p>}
      {problem && (
        <p className={styles.wrong} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
