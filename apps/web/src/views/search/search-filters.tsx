import { X } from "lucide-react";
import { useState, type JSX } from "react";
import { Checkbox, Input, Label, TextField } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { DirectoryPerson } from "../../client/directory/people.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { PeopleField } from "../people/people-field.tsx";

/** What narrows a search, as it is chosen; days as the device's calendar has them. */
export interface Filters {
  readonly roomId?: string;
  readonly from?: DirectoryPerson;
  readonly since?: string;
  readonly until?: string;
  readonly hasFile?: boolean;
}

/** Room, person, days, and whether there is a file. */
export function SearchFilters(props: { filters: Filters; onChange: (next: Filters) => void }): JSX.Element {
  const { filters, onChange } = props;
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(Object.keys(filters).length > 0);
  return (
    <details className="search__filters" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="small">{t("search.filters")}</summary>
      <div className="search__fields">
        <RoomChoice {...props} />
        <FromChoice {...props} />
        <Day
          label={t("search.after")}
          value={filters.since}
          onChange={(since) => onChange(withDay(filters, { since }))}
        />
        <Day
          label={t("search.before")}
          value={filters.until}
          onChange={(until) => onChange(withDay(filters, { until }))}
        />
        <Checkbox
          className="search__check"
          isSelected={filters.hasFile === true}
          onChange={(isSelected) => {
            const { hasFile: _before, ...rest } = filters;
            onChange(isSelected ? { ...rest, hasFile: true } : rest);
          }}
        >
          <span className="search__box" aria-hidden />
          {t("search.hasFile")}
        </Checkbox>
      </div>
    </details>
  );
}

function withDay(filters: Filters, day: { since?: string } | { until?: string }): Filters {
  return Object.fromEntries(Object.entries({ ...filters, ...day }).filter(([, value]) => value !== ""));
}

function RoomChoice({ filters, onChange }: { filters: Filters; onChange: (next: Filters) => void }): JSX.Element {
  const { t } = useTexts();
  const { rooms } = useWorkspace();
  useViewModel(rooms);
  const all = rooms.find("", Number.MAX_SAFE_INTEGER).filter(({ isInvite }) => !isInvite);
  return (
    <label className="field">
      <span>{t("search.room")}</span>
      <select
        className="search__select"
        value={filters.roomId ?? ""}
        onChange={({ target }) => {
          const { roomId: _before, ...rest } = filters;
          onChange(target.value === "" ? rest : { ...rest, roomId: target.value });
        }}
      >
        <option value="">{t("search.everywhere")}</option>
        {all.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function FromChoice({ filters, onChange }: { filters: Filters; onChange: (next: Filters) => void }): JSX.Element {
  const { t } = useTexts();
  const [typed, setTyped] = useState("");
  const { from, ...rest } = filters;
  if (from === undefined) {
    return (
      <PeopleField
        label={t("search.from")}
        value={typed}
        onChange={setTyped}
        onChosen={(person) => {
          setTyped("");
          onChange({ ...rest, from: person });
        }}
      />
    );
  }
  return (
    <div className="field">
      <span>{t("search.from")}</span>
      <span className="search__chosen">
        <bdi>{from.name}</bdi>
        <IconButton icon={X} label={t("search.fromHint")} onPress={() => onChange(rest)} />
      </span>
    </div>
  );
}

function Day(props: { label: string; value: string | undefined; onChange: (next: string) => void }): JSX.Element {
  return (
    <TextField className="field" value={props.value ?? ""} onChange={props.onChange}>
      <Label>{props.label}</Label>
      <Input type="date" />
    </TextField>
  );
}
