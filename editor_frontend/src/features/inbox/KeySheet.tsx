import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'
import styles from './KeySheet.module.css'

const groups: { title: string; keys: [string[], string][] }[] = [
  {
    title: 'The list',
    keys: [
      [['j', 'k'], 'next, previous task'],
      [['x'], 'tick, to decide several together'],
      [['/'], 'search'],
      [['n'], 'next task, after deciding one'],
    ],
  },
  {
    title: 'The task',
    keys: [
      [['a'], 'approve, after a look at what you changed'],
      [['r'], 'reject'],
      [['b'], 'send back, with your comment as the note'],
      [['1', '9'], 'the other answers, in their order'],
      [['e'], 'edit what is proposed, or fill in the form'],
      [['c'], 'comment'],
      [['u'], 'claim, or release again'],
    ],
  },
  {
    title: 'Everywhere',
    keys: [
      [['Esc'], 'leave a field, so that keys work again'],
      [['?'], 'this sheet'],
    ],
  },
]

/** All keys of the inbox. */
export function KeySheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keys of the inbox">
      {groups.map(({ title, keys }) => (
        <section key={title} className={styles.group}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([names, words]) => (
              <div key={words}>
                <dt>
                  {names.map((name, index) => (
                    <span key={name}>
                      {index > 0 && (name === '9' ? ' to ' : ' ')}
                      <Kbd keys={name} />
                    </span>
                  ))}
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}
