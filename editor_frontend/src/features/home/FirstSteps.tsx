import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { startersQuery, useCreateWorkflow } from '@/api/workflows'
import { Button } from '@/ui/Button'
import styles from './HomePage.module.css'

/** What a newcomer sees: what this is, and three ways to be watching a run in a minute. */
export function FirstSteps() {
  const navigate = useNavigate()
  const { data: starters = [] } = useQuery(startersQuery)
  const create = useCreateWorkflow()
  const begin = (body: { name?: string; starter?: string }) =>
    create.mutate(body, { onSuccess: (workflow) => void navigate(`/workflows/${workflow.id}`) })
  return (
    <>
      <div className={styles.intro}>
        <h2>Draw it, run it, watch it.</h2>
        <p>
          A workflow is a drawing that works: triggers start it, nodes do the steps, and people decide what is
          unusual. Every run is kept, and can be watched as it happens.
        </p>
      </div>
      <div className={styles.steps}>
        {starters.slice(0, 2).map((starter) => (
          <section key={starter.key} className={styles.step}>
            <h3>{starter.title}</h3>
            <p>{starter.summary}</p>
            <div>
              <Button
                variant="primary"
                isBusy={create.isPending && create.variables.starter === starter.key}
                onClick={() => begin({ starter: starter.key })}
              >
                Use this
              </Button>
            </div>
          </section>
        ))}
        <section className={styles.step}>
          <h3>An empty canvas</h3>
          <p>Start with a trigger and add nodes one by one. The form beside the canvas explains each.</p>
          <div>
            <Button onClick={() => begin({ name: 'New workflow' })}>New workflow</Button>
          </div>
        </section>
      </div>
      {starters.length > 2 && <Link to="/templates">See all templates</Link>}
    </>
  )
}
