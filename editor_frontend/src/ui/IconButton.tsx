import type { ReactNode } from 'react'
import type { ButtonProps } from './Button'
import buttonStyles from './Button.module.css'
import { classes } from './classes'
import styles from './IconButton.module.css'
import { Tooltip } from './Tooltip'

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'isBusy'> {
  /** Spoken name, also shown as the tooltip. */
  label: string
  shortcut?: string
  icon: ReactNode
  tooltipSide?: 'top' | 'right' | 'bottom' | 'left'
}

export function IconButton({
  label,
  shortcut,
  icon,
  variant = 'ghost',
  size = 'medium',
  className,
  tooltipSide,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut} side={tooltipSide}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={classes(
          buttonStyles.button,
          buttonStyles[variant],
          styles.icon,
          size === 'small' && styles.small,
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
