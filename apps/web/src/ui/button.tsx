import type { LucideIcon } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";

/** How a button looks: one main action a screen; what destroys is named so. */
export type ButtonLook = "normal" | "main" | "danger" | "plain" | "icon";

/**
 * A button with words on it. While it is busy it keeps its place and the focus, and does nothing.
 * NOTE React Aria's own `isPending` leaves an empty live region behind when the button goes.
 */
export function Button({
  look = "normal",
  icon: Icon,
  isBusy = false,
  children,
  onPress,
  type,
  ...props
}: Omit<AriaButtonProps, "children" | "isPending"> & {
  look?: ButtonLook;
  icon?: LucideIcon;
  isBusy?: boolean;
  children: ReactNode;
}): JSX.Element {
  const kind = look === "normal" ? "button" : `button button--${look}`;
  const pressed = isBusy || onPress === undefined ? {} : { onPress };
  return (
    <AriaButton
      {...props}
      {...pressed}
      type={isBusy ? "button" : (type ?? "button")}
      className={isBusy ? `${kind} button--busy` : kind}
    >
      {Icon === undefined ? null : <Icon size={16} aria-hidden />}
      {children}
    </AriaButton>
  );
}

/** A button with only a picture; its name is for screen readers and as a title. */
export function IconButton({
  icon: Icon,
  label,
  ...props
}: Omit<AriaButtonProps, "children" | "aria-label"> & { icon: LucideIcon; label: string }): JSX.Element {
  return (
    <AriaButton {...props} aria-label={label} className="button button--icon">
      <Icon size={20} aria-hidden />
    </AriaButton>
  );
}
