import type { LucideIcon } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";

/** Something that a menu offers. */
export interface MenuAction {
  readonly id: string;
  readonly text: string;
  readonly icon?: LucideIcon;
  readonly isDangerous?: boolean;
  readonly run: () => void;
}

/** A button that opens a menu. */
export function ActionMenu({
  label,
  actions,
  children,
}: {
  label: string;
  actions: readonly MenuAction[];
  children: ReactNode;
}): JSX.Element {
  return (
    <MenuTrigger>
      {children}
      <Popover>
        <Menu className="menu" aria-label={label}>
          {actions.map(({ id, text, icon: Icon, isDangerous, run }) => (
            <MenuItem
              key={id}
              id={id}
              textValue={text}
              className={isDangerous === true ? "menu__item menu__item--danger" : "menu__item"}
              onAction={run}
            >
              {Icon === undefined ? null : <Icon size={16} aria-hidden />}
              {text}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
