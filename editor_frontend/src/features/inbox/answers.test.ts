import { describe, expect, it } from 'vitest'
import type { FormField } from '@/api/types'
import { answersOf, missing, pageOfProblem, pagesOf, readAnswers } from './answers'

const field = (name: string, kind: FormField['kind'], more: Partial<FormField> = {}): FormField => ({
  name,
  label: name,
  kind,
  help: '',
  page: '',
  section: '',
  is_required: false,
  options: [],
  ...more,
})

const form = [
  field('name', 'text', { page: 'You', is_required: true }),
  field('adult', 'boolean', { page: 'You' }),
  field('days', 'choices', { page: 'Visit', options: ['Mon', 'Tue'], default: ['Mon'], is_required: true }),
  field('seats', 'number', { page: 'Visit', default: 2 }),
]

describe('a form', () => {
  it('begins with the defaults and is sent by type', () => {
    const answers = answersOf(form)
    expect(answers).toEqual({ name: '', adult: '', days: ['Mon'], seats: '2' })
    expect(readAnswers(form, { ...answers, name: 'Ada', adult: 'false' })).toEqual({
      name: 'Ada',
      adult: false,
      days: ['Mon'],
      seats: '2',
    })
  })

  it('sends nothing for what was left empty', () => {
    expect(readAnswers(form, { name: '  ', adult: '', days: [], seats: '' })).toEqual({
      name: null,
      adult: null,
      days: null,
      seats: null,
    })
  })

  it('has pages, and knows on which one something is missing', () => {
    const pages = pagesOf(form)
    expect(pages.map(({ title }) => title)).toEqual(['You', 'Visit'])
    const problems = missing(form, { ...answersOf(form), name: 'Ada', days: [] })
    expect(problems).toEqual({ days: 'days must be answered.' })
    expect(pageOfProblem(pages, problems)).toBe(1)
    expect(pageOfProblem(pages, {})).toBe(-1)
  })
})
