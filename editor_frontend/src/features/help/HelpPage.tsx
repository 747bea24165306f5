import { useQuery } from '@tanstack/react-query'
import { BookOpen, ChevronLeft } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link, useParams } from 'react-router'
import { nodeTypesQuery } from '@/api/node-types'
import { RichText } from '@/forms/RichText'
import type { NodeGroupInfo, NodeTypeInfo } from '@/graph/node-type'
import { EmptyState } from '@/ui/EmptyState'
import { Page } from '@/ui/Page'
import { SearchInput } from '@/ui/SearchInput'
import { Skeleton } from '@/ui/Skeleton'
import { SvgIcon } from '@/ui/SvgIcon'
import styles from './HelpPage.module.css'
import { NodeHelp } from './NodeHelp'
import { foundTypes } from './search'

/** Every node of the library: what it does, what can be set, examples that are tested. */
export function HelpPage() {
  const { data, isPending } = useQuery(nodeTypesQuery)
  const { nodeType } = useParams()
  const [search, setSearch] = useState('')
  const found = useMemo(() => foundTypes(data?.node_types ?? [], search), [data, search])
  const type = data?.node_types.find(({ key }) => key === nodeType)
  const iconOf = (group: string) => data?.groups.find(({ key }) => key === group)?.icon ?? ''
  if (nodeType && data) {
    return (
      <Page title={type?.title ?? 'Help'} actions={<BackLink />}>
        {type ? (
          <article className={styles.article}>
            <p className={styles.key}>
              <SvgIcon className={styles.icon} svg={iconOf(type.group)} />
              <code>{type.key}</code>
            </p>
            <NodeHelp type={type} />
          </article>
        ) : (
          <EmptyState icon={<BookOpen />} title={`There is no node type ${nodeType}`} />
        )}
      </Page>
    )
  }
  return (
    <Page title="Help" actions={<SearchInput label="Search the nodes" value={search} onChange={setSearch} />}>
      {isPending && <Skeleton lines={8} />}
      {data?.groups.map((group) => (
        <Group key={group.key} group={group} types={found.filter((each) => each.group === group.key)} />
      ))}
      {data && found.length === 0 && (
        <EmptyState icon={<BookOpen />} title="No node is called that">
          Try what it should do: “mail”, “every morning”, “split”.
        </EmptyState>
      )}
    </Page>
  )
}

function BackLink() {
  return (
    <Link to="/help" className={styles.back}>
      <ChevronLeft aria-hidden="true" />
      All nodes
    </Link>
  )
}

function Group({ group, types }: { group: NodeGroupInfo; types: readonly NodeTypeInfo[] }) {
  if (types.length === 0) return null
  return (
    <section className={styles.group} aria-labelledby={`help-${group.key}`}>
      <h2 id={`help-${group.key}`}>{group.title}</h2>
      <ul className={styles.types}>
        {types.map((type) => (
          <li key={type.key}>
            <Link to={`/help/${type.key}`} className={styles.type}>
              <SvgIcon className={styles.icon} svg={group.icon} />
              <span>
                <strong>{type.title}</strong>
                <span>
                  <RichText text={type.summary} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
