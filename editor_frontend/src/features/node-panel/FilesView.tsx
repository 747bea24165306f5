import {
  Download,
  Eye,
  FileAudio,
  FileCode,
  File as FileIcon,
  FileImage,
  FileText,
  FileVideo,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import styles from './FilesView.module.css'
import { type FileKind, type FileRef, fileKind, fileUrl, type NamedFile, sizeText } from './files'
import type { ItemRows } from './ItemTable'

const FileDialog = lazy(async () => ({ default: (await import('./FileDialog')).FileDialog }))

interface FilesViewProps {
  rows: ItemRows
  filesAt: (place: number) => NamedFile[]
}

const mostShown = 500

const icons: Record<FileKind, typeof FileIcon> = {
  image: FileImage,
  svg: FileImage,
  pdf: FileText,
  audio: FileAudio,
  video: FileVideo,
  html: FileCode,
  text: FileText,
  other: FileIcon,
}

/** The files of the items: name, type, size, to look at and to keep. */
export function FilesView({ rows, filesAt }: FilesViewProps) {
  const [shown, setShown] = useState<FileRef | null>(null)
  const places = Array.from({ length: rows.count }, (_, row) => rows.place(row))
  const found = places.flatMap((place) => filesAt(place).map((named) => ({ place, ...named })))
  if (found.length === 0) return <p className={styles.none}>No files on the items loaded so far.</p>
  return (
    <>
      <ul className={styles.files} aria-label="Files">
        {found.slice(0, mostShown).map(({ place, key, file }) => {
          const kind = fileKind(file)
          const Icon = icons[kind]
          return (
            <li key={`${place}/${key}`} className={styles.file}>
              <button type="button" className={styles.open} onClick={() => setShown(file)}>
                {kind === 'image' ? (
                  <img className={styles.thumb} src={fileUrl(file, true)} alt="" loading="lazy" />
                ) : (
                  <span className={styles.thumb}>
                    <Icon aria-hidden="true" />
                  </span>
                )}
                <span className={styles.words}>
                  <span className={styles.name}>{file.name}</span>
                  <span className={styles.about}>
                    {`item ${place + 1} · ${key} · ${file.mime_type || 'unknown type'} · ${sizeText(file.size)}`}
                  </span>
                </span>
                <Eye aria-hidden="true" />
              </button>
              <a
                className={styles.download}
                href={fileUrl(file, false)}
                download={file.name}
                aria-label={`Download ${file.name}`}
                title="Download"
              >
                <Download aria-hidden="true" />
              </a>
            </li>
          )
        })}
      </ul>
      {found.length > mostShown && (
        <p className={styles.none}>{`The first ${mostShown} of ${found.length} files.`}</p>
      )}
      {shown && (
        <Suspense fallback={null}>
          <FileDialog file={shown} onClose={() => setShown(null)} />
        </Suspense>
      )}
    </>
  )
}
