import { Copy } from 'lucide-react'
import { useState } from 'react'
import { useCreateToken } from '@/api/tokens'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { showToast } from '@/ui/toast-store'

export function NewTokenDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState('')
  const create = useCreateToken()
  const secret = create.data?.token
  const close = () => {
    onClose()
    setName('')
    create.reset()
  }
  const copy = async () => {
    if (!secret) return
    await navigator.clipboard.writeText(secret)
    showToast('Token copied', { tone: 'success' })
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={secret ? 'Your new token' : 'New API token'}
      description={secret ? 'Copy it now: it is shown only this once.' : undefined}
      width="narrow"
      footer={
        secret ? (
          <>
            <Button onClick={close}>Done</Button>
            <Button variant="primary" icon={<Copy />} onClick={() => void copy()}>
              Copy
            </Button>
          </>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button variant="primary" type="submit" form="new-token" isBusy={create.isPending}>
              Create
            </Button>
          </>
        )
      }
    >
      {secret ? (
        <Input aria-label="Token" isMono readOnly value={secret} onFocus={(event) => event.target.select()} />
      ) : (
        <form
          id="new-token"
          onSubmit={(event) => {
            event.preventDefault()
            create.mutate(name)
          }}
        >
          <Field
            label="Name"
            htmlFor="token-name"
            isRequired
            help="What will use it, such as “deploy script”."
          >
            <Input
              id="token-name"
              required
              autoFocus
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
        </form>
      )}
    </Dialog>
  )
}
