import { useState } from 'react'
import { ApiError, errorText } from '@/api/client'
import { useChangePassword } from '@/api/session'
import { NewPasswordField } from '@/forms/NewPasswordField'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field, FieldProblem } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { showToast } from '@/ui/toast-store'
import styles from './PasswordDialog.module.css'

const nothing = { current_password: '', password: '' }

export function PasswordDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [entered, setEntered] = useState(nothing)
  const change = useChangePassword()
  const problems = change.error instanceof ApiError ? change.error.problems : []
  const problemOf = (field: string) => problems.find(({ path }) => path === `body.${field}`)?.message
  const close = () => {
    onClose()
    setEntered(nothing)
    change.reset()
  }
  const submit = () =>
    change.mutate(entered, {
      onSuccess: () => {
        close()
        showToast('Password changed; your other browsers are signed out', { tone: 'success' })
      },
    })
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title="Change password"
      description="You stay signed in here. Your other browsers have to sign in anew; API tokens go on."
      width="narrow"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" type="submit" form="change-password" isBusy={change.isPending}>
            Change
          </Button>
        </>
      }
    >
      <form
        id="change-password"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field
          label="Present password"
          htmlFor="current-password"
          isRequired
          problem={problemOf('current_password')}
        >
          <Input
            id="current-password"
            type="password"
            autoComplete="current-password"
            required
            autoFocus
            value={entered.current_password}
            onChange={(event) => setEntered({ ...entered, current_password: event.target.value })}
          />
        </Field>
        <NewPasswordField
          id="new-password"
          label="New password"
          problem={problemOf('password')}
          value={entered.password}
          onChange={(password) => setEntered({ ...entered, password })}
        />
        {Boolean(change.error) && problems.length === 0 && (
          <FieldProblem>{errorText(change.error)}</FieldProblem>
        )}
      </form>
    </Dialog>
  )
}
