import type { ComponentType } from 'react'
import { AnyControl } from './controls/AnyControl'
import { BooleanControl } from './controls/BooleanControl'
import { ChoiceControl } from './controls/ChoiceControl'
import { CodeControl } from './controls/CodeControl'
import { ColorControl } from './controls/ColorControl'
import { ConditionsControl } from './controls/ConditionsControl'
import { CredentialControl } from './controls/CredentialControl'
import { FileControl } from './controls/FileControl'
import { MomentControl } from './controls/MomentControl'
import { NodeControl } from './controls/NodeControl'
import { NumberControl } from './controls/NumberControl'
import { ObjectControl } from './controls/ObjectControl'
import { ObjectsControl } from './controls/ObjectsControl'
import { OptionalControl } from './controls/OptionalControl'
import { OptionsControl } from './controls/OptionsControl'
import { PairsControl } from './controls/PairsControl'
import { StringsControl } from './controls/StringsControl'
import { MultilineControl, PasswordControl, TextControl } from './controls/TextControl'
import { UnionControl } from './controls/UnionControl'
import { WorkflowControl } from './controls/WorkflowControl'
import { type ControlProps, useForm } from './form-context'
import { type FieldKind, fieldKind, matchingVariant } from './schema'

const controls: Record<FieldKind, ComponentType<ControlProps>> = {
  text: TextControl,
  password: PasswordControl,
  multiline: MultilineControl,
  code: CodeControl,
  number: NumberControl,
  boolean: BooleanControl,
  choice: ChoiceControl,
  moment: MomentControl,
  color: ColorControl,
  credential: CredentialControl,
  options: OptionsControl,
  workflow: WorkflowControl,
  node: NodeControl,
  file: FileControl,
  conditions: ConditionsControl,
  pairs: PairsControl,
  strings: StringsControl,
  objects: ObjectsControl,
  object: ObjectControl,
  optional: OptionalControl,
  union: UnionControl,
  any: AnyControl,
}

/** The control for a fixed value, chosen by the schema alone. */
export function ValueControl(props: ControlProps) {
  const { root } = useForm()
  const { schema, value } = props
  const hasShapes = schema.anyOf !== undefined && !schema.anyOf.some(({ type }) => type === 'null')
  const shown = hasShapes && !schema.ui?.widget ? matchingVariant(schema, value, root) : schema
  const Control = controls[fieldKind(shown, root)]
  return <Control {...props} schema={shown} />
}
