import { useState } from 'react'
import { ApiError, errorText } from '@/api/client'
import { useDecide } from '@/api/inbox'
import type { TaskDetail } from '@/api/types'
import { showToast } from '@/ui/toast-store'
import { answersOf, missing, pageOfProblem, pagesOf, readAnswers } from './answers'
import { pastOf, sentBack, withoutAnswer } from './outcomes'
import { draftsOf, editedNames, readDrafts } from './proposal'

interface Draft {
  proposed: ReturnType<typeof draftsOf>
  answers: ReturnType<typeof answersOf>
  comment: string
  password: string
}

type Problems = Readonly<Record<string, string>>

/** What is typed into an open task, what is wrong with it, and the way to send it: once, with its nonce. */
export function useDecision(task: TaskDetail, onTouch: () => void, onDecided: () => void) {
  const [draft, setDraft] = useState<Draft>(() => ({
    proposed: draftsOf(task.proposed),
    answers: answersOf(task.form),
    comment: '',
    password: '',
  }))
  const [problems, setProblems] = useState<Problems>({})
  const [error, setError] = useState('')
  const [page, setPage] = useState(0)
  const pages = pagesOf(task.form)
  const decide = useDecide(task.id)
  const refuse = (found: Problems, message = '') => {
    setProblems(found)
    setError(message)
    const place = pageOfProblem(pages, found)
    if (place >= 0) setPage(place)
  }
  const send = (outcome: string) => {
    const { nonce, revision } = task
    const read = readDrafts(task.proposed, draft.proposed)
    const wrong = { ...read.problems, ...faults(task, draft, outcome) }
    refuse(wrong)
    if (Object.keys(wrong).length > 0 || !nonce || decide.isPending) return
    decide.mutate(
      {
        outcome,
        comment: draft.comment,
        proposed: read.changed,
        ...(task.form.length > 0 ? { answer: readAnswers(task.form, draft.answers) } : {}),
        ...(task.needs_password ? { password: draft.password } : {}),
        nonce,
        revision,
      },
      {
        onSuccess: () => {
          onDecided()
          showToast(`${pastOf(outcome)}: ${task.subject}`, { tone: 'success' })
        },
        onError: (failure) => refuse(fieldProblems(failure), errorText(failure)),
      },
    )
  }
  return {
    draft,
    problems,
    error,
    page,
    pages,
    edited: editedNames(task.proposed, draft.proposed),
    sending: decide.isPending ? decide.variables?.outcome : undefined,
    change: (changed: Partial<Draft>) => {
      onTouch()
      setDraft((before) => ({ ...before, ...changed }))
    },
    goTo: (next: number) => {
      const here = pages[page]
      const found = next > page && here ? missing(here.fields, draft.answers) : {}
      setProblems(found)
      if (Object.keys(found).length === 0) setPage(next)
    },
    send,
  }
}

export type DecisionState = ReturnType<typeof useDecision>

function faults(task: TaskDetail, draft: Draft, outcome: string): Problems {
  const isSentBack = outcome === sentBack
  return {
    ...(isSentBack && !draft.comment.trim()
      ? { comment: 'Say what should change: it goes back with it.' }
      : {}),
    ...(withoutAnswer.includes(outcome) ? {} : missing(task.form, draft.answers)),
    ...(task.needs_password && !draft.password ? { password: 'This decision asks for your password.' } : {}),
  }
}

/** `body.proposed.amount` → `amount`, `answer.days` → `days`. */
function fieldProblems(error: unknown): Problems {
  if (!(error instanceof ApiError)) return {}
  const named = error.problems.map(({ path, message }) => [
    path.replace(/^.*(?:proposed|answer)\./, ''),
    message,
  ])
  return Object.fromEntries(
    error.code.startsWith('task.password') ? [['password', error.message], ...named] : named,
  )
}
