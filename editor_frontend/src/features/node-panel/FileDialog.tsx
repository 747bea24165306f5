import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { errorText } from '@/api/client'
import { fetchFile } from '@/api/files'
import button from '@/ui/Button.module.css'
import { classes } from '@/ui/classes'
import { Dialog } from '@/ui/Dialog'
import { Skeleton } from '@/ui/Skeleton'
import styles from './FileDialog.module.css'
import { type FileKind, type FileRef, fileKind, fileUrl, hexLines, sizeText } from './files'
import { InertFrame, ReadText } from './TextView'

interface FileDialogProps {
  file: FileRef
  onClose: () => void
}

const mostTextBytes = 512 * 1024
const mostHexBytes = 2048
/** Larger ones are only downloaded: they would be held in memory whole. */
const mostWholeBytes = 64 * 1024 * 1024

/** One file, looked at in place. Whatever is in it, nothing of it acts on this page. */
export function FileDialog({ file, onClose }: FileDialogProps) {
  const kind = fileKind(file)
  return (
    <Dialog
      isOpen
      width="wide"
      onClose={onClose}
      title={file.name}
      description={`${file.mime_type || 'unknown type'} · ${sizeText(file.size)}`}
      footer={
        <a
          className={classes(button.button, button.plain, button.medium)}
          href={fileUrl(file, false)}
          download={file.name}
        >
          <Download aria-hidden="true" />
          Download
        </a>
      }
    >
      <div className={styles.content}>
        <Content kind={kind} file={file} />
      </div>
    </Dialog>
  )
}

function Content({ kind, file }: { kind: FileKind; file: FileRef }) {
  const [isBroken, setBroken] = useState(false)
  const fail = () => setBroken(true)
  if (isBroken) return <p className={styles.note}>This browser cannot show it. Download it to open it.</p>
  switch (kind) {
    case 'image':
      return <img className={styles.image} src={fileUrl(file, true)} alt={file.name} onError={fail} />
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: what is in the file is all there is
      return <audio className={styles.player} controls src={fileUrl(file, true)} onError={fail} />
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: what is in the file is all there is
      return <video className={styles.image} controls src={fileUrl(file, true)} onError={fail} />
    case 'svg':
    case 'pdf':
      return <WholeFile file={file} kind={kind} onBroken={fail} />
    case 'html':
    case 'text':
      return <TextFile file={file} isHtml={kind === 'html'} />
    default:
      return <BinaryFile file={file} />
  }
}

/** Under an address of its own, with the type that we give it: an image or a PDF and nothing else. */
function WholeFile({ file, kind, onBroken }: { file: FileRef; kind: 'svg' | 'pdf'; onBroken: () => void }) {
  const isTooLarge = file.size > mostWholeBytes
  const { data, error } = useBytes(file, file.size, !isTooLarge)
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (!data) return
    const type = kind === 'svg' ? 'image/svg+xml' : 'application/pdf'
    const made = URL.createObjectURL(new Blob([data], { type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [data, kind])
  if (isTooLarge) return <p className={styles.note}>It is too large to be shown here. Download it.</p>
  if (error) return <p className={styles.note}>{errorText(error)}</p>
  if (!url) return <Skeleton lines={6} />
  // An image never runs what is written in it.
  if (kind === 'svg') return <img className={styles.image} src={url} alt={file.name} onError={onBroken} />
  return <iframe className={styles.frame} title={file.name} src={url} />
}

function TextFile({ file, isHtml }: { file: FileRef; isHtml: boolean }) {
  const { data, error } = useBytes(file, mostTextBytes, true)
  if (error) return <p className={styles.note}>{errorText(error)}</p>
  if (!data) return <Skeleton lines={8} />
  const text = new TextDecoder().decode(data)
  const isCut = file.size > mostTextBytes
  return (
    <>
      {isHtml ? (
        <InertFrame title={file.name} html={text} />
      ) : /\.(md|markdown)$/i.test(file.name) ? (
        <ReadText text={text} />
      ) : (
        <pre className={styles.text}>{text}</pre>
      )}
      {isCut && <p className={styles.note}>{`The first ${sizeText(mostTextBytes)}.`}</p>}
    </>
  )
}

function BinaryFile({ file }: { file: FileRef }) {
  const { data, error } = useBytes(file, mostHexBytes, true)
  if (error) return <p className={styles.note}>{errorText(error)}</p>
  if (!data) return <Skeleton lines={6} />
  return (
    <>
      <p className={styles.note}>
        {`There is no view for this type${file.size > mostHexBytes ? `; its first ${sizeText(mostHexBytes)}` : ''}.`}
      </p>
      <pre className={styles.text}>{hexLines(new Uint8Array(data))}</pre>
    </>
  )
}

function useBytes(file: FileRef, most: number, isWanted: boolean) {
  return useQuery({
    queryKey: ['file', file.hash, most],
    queryFn: ({ signal }) => fetchFile(fileUrl(file, false), most, signal),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
}
