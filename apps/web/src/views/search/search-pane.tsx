import "./search.css";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Paperclip } from "lucide-react";
import { useDeferredValue, useEffect, useState, type JSX } from "react";
import { Input, SearchField } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { MessageQuery } from "../../client/search/query.ts";
import type { FoundMessage, SearchResults } from "../../client/search/search.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ExternalMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { SearchFilters, type Filters } from "./search-filters.tsx";

/** Looking for messages: words, filters, and one list of what was found, wherever it lies. */
export function SearchPane(): JSX.Element {
  const { t } = useTexts();
  const { search } = useWorkspace();
  const navigate = useNavigate();
  const { q = "", room } = useSearch({ from: "/chat/search" });
  const [words, setWords] = useState(q);
  const [filters, setFilters] = useState<Filters>(room === undefined ? {} : { roomId: room });
  const results = useViewModel(search);
  const wanted = useDeferredValue(words);
  useEffect(() => void search.look(queryOf(wanted, filters)), [search, wanted, filters]);
  useEffect(() => {
    const next = {
      ...(wanted === "" ? {} : { q: wanted }),
      ...(filters.roomId === undefined ? {} : { room: filters.roomId }),
    };
    void navigate({ to: "/chat/search", search: next, replace: true });
  }, [navigate, wanted, filters.roomId]);
  return (
    <section className="pane pane--detail" aria-label={t("search.open")}>
      <header className="pane__header">
        <span className="pane__back">
          <IconButton icon={ArrowLeft} label={t("app.back")} onPress={() => void navigate({ to: "/chat" })} />
        </span>
        <h1 className="pane__title">{t("search.open")}</h1>
      </header>
      <div className="search">
        <SearchField aria-label={t("search.words")} className="field" value={words} onChange={setWords} autoFocus>
          <Input placeholder={t("search.words")} />
        </SearchField>
        <SearchFilters filters={filters} onChange={setFilters} />
        <Found results={results} onMore={() => void search.more()} />
      </div>
    </section>
  );
}

const DAY_MS = 86_400_000;

function queryOf(text: string, { roomId, from, since, until, hasFile }: Filters): MessageQuery {
  const after = dayStart(since);
  const last = dayStart(until);
  return {
    text,
    ...(roomId === undefined ? {} : { roomId }),
    ...(from === undefined ? {} : { from: from.userId }),
    ...(after === undefined ? {} : { after }),
    ...(last === undefined ? {} : { before: last + DAY_MS }),
    ...(hasFile === true ? { hasFile } : {}),
  };
}

/** Midnight of a day (`2026-11-23`) by this device's calendar. */
function dayStart(day: string | undefined): number | undefined {
  const at = day === undefined || day === "" ? Number.NaN : new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(at) ? undefined : at;
}

function Found({ results, onMore }: { results: SearchResults; onMore: () => void }): JSX.Element {
  const { t } = useTexts();
  const { state, found, hasMore } = results;
  return (
    <>
      <p className="small quiet" role="status">
        {statusOf(results, t)}
      </p>
      {results.isPartial ? <p className="notice small">{t("search.partial")}</p> : null}
      {found.length === 0 ? null : (
        <ol className="search__found" aria-label={t("search.results")} aria-busy={state === "looking"}>
          {found.map((message) => (
            <FoundRow key={message.id} message={message} />
          ))}
        </ol>
      )}
      {hasMore && found.length > 0 ? (
        <Button onPress={onMore} isBusy={state === "looking"}>
          {t("search.more")}
        </Button>
      ) : null}
    </>
  );
}

function statusOf({ state, found, hasMore }: SearchResults, t: ReturnType<typeof useTexts>["t"]): string {
  if (state === "idle") return t("search.teach");
  if (found.length > 0) return t(hasMore ? "search.countMore" : "search.count", { count: found.length });
  return t(state === "looking" ? "search.looking" : "search.nothing");
}

function FoundRow({ message }: { message: FoundMessage }): JSX.Element {
  const { t, locale } = useTexts();
  const { roomId, id, sender } = message;
  return (
    <li>
      <Link to="/chat/$roomId" params={{ roomId }} search={{ at: id }} className="search__row">
        <span className="search__about small quiet">
          <span className="search__sender">
            <bdi>{sender.name}</bdi>
          </span>
          {sender.isExternal ? <ExternalMark organisation={sender.organisation} /> : null}
          <bdi className="one-line">{message.roomName}</bdi>
          <time dateTime={new Date(message.at).toISOString()}>{momentText(locale, message.at)}</time>
        </span>
        <span className="search__text">
          {message.hasFile ? <Paperclip size={14} aria-label={t("search.file")} /> : null}
          <bdi>
            {message.snippet.map(({ text, isHit }, at) =>
              // oxlint-disable-next-line react/no-array-index-key -- the pieces of one text have no other names, and never move
              isHit ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
            )}
          </bdi>
        </span>
      </Link>
    </li>
  );
}
