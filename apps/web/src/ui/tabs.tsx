import type { JSX } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";

/** A part of a screen that is shown alone. */
export interface TabPart {
  readonly id: string;
  readonly name: string;
  readonly content: JSX.Element;
}

/** Parts of a screen of which one is shown; only that one is drawn. */
export function Tabbed(props: {
  label: string;
  parts: readonly TabPart[];
  /** Which one, where something else than a press changes it. */
  chosen?: string;
  onChoose?: (id: string) => void;
}): JSX.Element {
  const { chosen, onChoose } = props;
  return (
    <Tabs
      className="tabs"
      {...(chosen === undefined ? {} : { selectedKey: chosen })}
      {...(onChoose === undefined ? {} : { onSelectionChange: (key) => onChoose(String(key)) })}
    >
      <TabList aria-label={props.label} className="tabs__list">
        {props.parts.map(({ id, name }) => (
          <Tab key={id} id={id} className="tabs__tab">
            {name}
          </Tab>
        ))}
      </TabList>
      {props.parts.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tabs__panel">
          {content}
        </TabPanel>
      ))}
    </Tabs>
  );
}
