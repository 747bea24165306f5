import { Search } from 'lucide-react'
import { Input } from './Input'
import styles from './SearchInput.module.css'

interface SearchInputProps {
  value: string
  onChange: (value: string) => void
  label: string
  placeholder?: string
}

export function SearchInput({ value, onChange, label, placeholder }: SearchInputProps) {
  return (
    <div className={styles.search}>
      <Search aria-hidden="true" />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}
