import type { JSX, ReactNode } from "react";
import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from "react-aria-components";

/** A text box with its name above it, a hint and a fault below. */
export function Field({
  label,
  hint,
  fault,
  lines = 1,
  after,
  isIdentifier = false,
  ...props
}: Omit<TextFieldProps, "children"> & {
  label: string;
  hint?: string;
  fault?: string | undefined;
  lines?: number;
  after?: ReactNode;
  /** A name for machines: no capital letters are put in. */
  isIdentifier?: boolean;
}): JSX.Element {
  return (
    // NOTE With "native" a field that was refused keeps the form from being sent again.
    <TextField {...props} className="field" isInvalid={fault !== undefined} validationBehavior="aria">
      <Label>{label}</Label>
      {lines > 1 ? <TextArea rows={lines} /> : <Input {...(isIdentifier ? { autoCapitalize: "none" } : {})} />}
      {hint === undefined ? null : (
        <Text slot="description" className="field__hint">
          {hint}
        </Text>
      )}
      <FieldError className="field__fault">{fault}</FieldError>
      {after}
    </TextField>
  );
}
