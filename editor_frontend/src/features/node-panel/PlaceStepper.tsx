import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from '@/ui/IconButton'
import styles from './ParamsPane.module.css'

interface PlaceStepperProps {
  place: number
  count: number
  onChoose: (place: number) => void
  /** What is stepped through. */
  what?: string
}

/** One after the other. */
export function PlaceStepper({ place, count, onChoose, what = 'item' }: PlaceStepperProps) {
  return (
    <div className={styles.stepper}>
      <IconButton
        label={`Previous ${what}`}
        icon={<ChevronLeft />}
        size="small"
        disabled={place === 0}
        onClick={() => onChoose(place - 1)}
      />
      <span>{`${place + 1} of ${count}`}</span>
      <IconButton
        label={`Next ${what}`}
        icon={<ChevronRight />}
        size="small"
        disabled={place >= count - 1}
        onClick={() => onChoose(place + 1)}
      />
    </div>
  )
}
