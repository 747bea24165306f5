import { useQuery } from '@tanstack/react-query'
import { LayoutTemplate } from 'lucide-react'
import { useNavigate } from 'react-router'
import { nodeTypesQuery } from '@/api/node-types'
import type { Starter } from '@/api/types'
import { startersQuery, useCreateWorkflow } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { GraphPreview } from './GraphPreview'
import styles from './TemplatesPage.module.css'

export function TemplatesPage() {
  const starters = useQuery(startersQuery)
  return (
    <Page title="Templates">
      <p className={styles.intro}>
        Each of these runs as it is, without an account anywhere else. Using one makes a copy that is yours to
        change.
      </p>
      {starters.isPending && <Skeleton lines={6} />}
      {starters.data?.length === 0 && (
        <EmptyState icon={<LayoutTemplate />} title="No templates are installed">
          Put workflow files into <code>templates/workflows</code> to offer them here.
        </EmptyState>
      )}
      <ul className={styles.gallery}>
        {starters.data?.map((starter) => (
          <StarterCard key={starter.key} starter={starter} />
        ))}
      </ul>
    </Page>
  )
}

function StarterCard({ starter }: { starter: Starter }) {
  const navigate = useNavigate()
  const create = useCreateWorkflow()
  const { data: types } = useQuery(nodeTypesQuery)
  const used = [...new Set(starter.document.nodes.map(({ type }) => type))]
  const titles = used.map((key) => types?.node_types.find((type) => type.key === key)?.title ?? key)
  return (
    <li className={styles.card}>
      <GraphPreview document={starter.document} groups={types?.groups ?? []} />
      <div className={styles.about}>
        <h2>{starter.title}</h2>
        <p>{starter.summary}</p>
        <p className={styles.uses}>{titles.join(' · ')}</p>
        <Button
          variant="primary"
          isBusy={create.isPending}
          onClick={() =>
            create.mutate(
              { starter: starter.key },
              { onSuccess: (workflow) => void navigate(`/workflows/${workflow.id}`) },
            )
          }
        >
          Use this template
        </Button>
      </div>
    </li>
  )
}
