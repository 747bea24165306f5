import type { ComponentProps } from 'react'
import { useFacts } from '@/features/canvas/canvas-context'
import { PublishButton } from '@/features/editor/PublishButton'

/** The publish button with what is wrong with the draft at the moment. */
export function Publish(props: Omit<ComponentProps<typeof PublishButton>, 'problems'>) {
  const problems = useFacts((facts) => facts.problems)
  return <PublishButton {...props} problems={problems} />
}
