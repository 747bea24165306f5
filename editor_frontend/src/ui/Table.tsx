import type { HTMLAttributes, ReactNode } from 'react'
import { classes } from './classes'
import styles from './Table.module.css'

export interface Column<T> {
  key: string
  title: string
  cell: (row: T) => ReactNode
  /** CSS width; the rest share what is left. */
  width?: string
  align?: 'start' | 'end'
  /** Left out below 720 px. */
  isWideOnly?: boolean
}

interface TableProps<T> {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  rowKey: (row: T) => string
  onOpen?: (row: T) => void
  /** More attributes of a row, such as that it can be dragged. */
  rowProps?: (row: T) => HTMLAttributes<HTMLTableRowElement>
}

/** Rows that open something react to a click anywhere; the first cell should hold the real link. */
export function Table<T>({ label, columns, rows, rowKey, onOpen, rowProps }: TableProps<T>) {
  return (
    <div className={styles.scroller}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" style={{ width: column.width }} className={cellClass(column)}>
                {column.title || <span className="visually-hidden">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              {...rowProps?.(row)}
              key={rowKey(row)}
              className={onOpen && styles.opens}
              onClick={(event) => {
                if (onOpen && !isControl(event.target)) onOpen(row)
              }}
            >
              {columns.map((column) => (
                <td key={column.key} className={cellClass(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, label, [role="menuitem"]') !== null
}

function cellClass<T>(column: Column<T>): string {
  return classes(
    column.align === 'end' && styles.end,
    column.isWideOnly && styles.wideOnly,
    !column.width && styles.grow,
  )
}
