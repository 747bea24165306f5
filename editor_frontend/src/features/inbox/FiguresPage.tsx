import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { figuresQuery } from '@/api/inbox'
import { sessionQuery } from '@/api/session'
import type { InboxFigures, Pace } from '@/api/types'
import { classes } from '@/ui/classes'
import { Page, Section } from '@/ui/Page'
import { Segmented } from '@/ui/Segmented'
import { Skeleton } from '@/ui/Skeleton'
import { type Column, Table } from '@/ui/Table'
import { duration } from '@/ui/time'
import styles from './FiguresPage.module.css'
import { pastOf } from './outcomes'

const periods = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
]

/** How much waits, how long people take, what they decide. */
export function FiguresPage() {
  const [days, setDays] = useState('30')
  const { data: found } = useQuery({ ...figuresQuery(Number(days)), placeholderData: (before) => before })
  return (
    <Page
      title="Inbox figures"
      aside={
        <Link to="/inbox" className={styles.back}>
          <ArrowLeft aria-hidden="true" /> Inbox
        </Link>
      }
      actions={<Segmented label="Period" value={days} options={periods} onChange={setDays} />}
    >
      {found ? <Figures found={found} days={days} /> : <Skeleton lines={8} />}
    </Page>
  )
}

function Figures({ found, days }: { found: InboxFigures; days: string }) {
  const { data: session } = useQuery(sessionQuery)
  const numbers: [string, string, boolean?][] = [
    ['open now', String(found.open)],
    ['overdue', String(found.overdue), found.overdue > 0],
    ['claimed', String(found.claimed)],
    [`decided in ${days} days`, String(found.decided)],
    ['median time to decide', found.decided > 0 ? lasting(found.median_seconds) : '–'],
    [
      'edited before deciding',
      found.decided > 0 ? `${Math.round((100 * found.edited) / found.decided)} %` : '–',
    ],
    ['decided by a rule or the clock', String(found.automatic)],
    ['ran out of time', String(found.expired)],
  ]
  return (
    <>
      <dl className={styles.numbers}>
        {numbers.map(([name, value, isBad]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={classes(isBad && styles.bad)}>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.pair}>
        <Section title="Decisions">
          <Bars rows={found.mix.map(([outcome, number]) => [pastOf(outcome), number])} />
        </Section>
        <Section title="Open by workflow">
          <Bars rows={found.by_workflow_open} />
        </Section>
      </div>
      <Section title="By person">
        <Paces label="Time to decide by person" paces={found.by_person} />
      </Section>
      <Section title="By workflow">
        <Paces label="Time to decide by workflow" paces={found.by_workflow} />
      </Section>
      {session?.user?.is_owner && (
        <p>
          The whole record of decisions: <a href="/api/v1/inbox/record?form=csv">CSV</a> ·{' '}
          <a href="/api/v1/inbox/record">JSON lines</a>
        </p>
      )}
    </>
  )
}

function lasting(seconds: number): string {
  return seconds < 1 ? 'under 1 s' : duration(Math.round(seconds) * 1000)
}

function Bars({ rows }: { rows: readonly (readonly [string, number])[] }) {
  const most = Math.max(...rows.map(([, number]) => number), 1)
  if (rows.length === 0) return <p className={styles.nothing}>Nothing yet.</p>
  return (
    <ul className={styles.bars}>
      {rows.map(([name, number]) => (
        <li key={name}>
          <span>{name || '–'}</span>
          <i style={{ width: `${(100 * number) / most}%` }} aria-hidden="true" />
          <b>{number}</b>
        </li>
      ))}
    </ul>
  )
}

const columns: readonly Column<Pace>[] = [
  { key: 'name', title: 'Name', cell: (pace) => pace.name || '–' },
  { key: 'count', title: 'Decisions', align: 'end', cell: (pace) => pace.count },
  { key: 'median', title: 'Median', align: 'end', cell: (pace) => lasting(pace.median_seconds) },
  { key: 'p90', title: '90 % within', align: 'end', cell: (pace) => lasting(pace.p90_seconds) },
  {
    key: 'mix',
    title: 'Decisions mix',
    isWideOnly: true,
    cell: (pace) => pace.mix.map(([outcome, number]) => `${pastOf(String(outcome))} ${number}`).join(', '),
  },
]

function Paces({ label, paces }: { label: string; paces: readonly Pace[] }) {
  if (paces.length === 0) return <p className={styles.nothing}>Nothing was decided yet.</p>
  return <Table label={label} columns={columns} rows={paces} rowKey={(pace) => pace.name} />
}
