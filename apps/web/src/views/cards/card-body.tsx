import "./cards.css";
import { useId, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { API_PREFIX } from "../../client/causeway-api.ts";
import { cardText, MAX_INPUT, type Card, type CardAction } from "../../client/cards/card.ts";
import { serverOf, type PersonView } from "../../client/people.ts";
import { reasonOf } from "../../client/refusal.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm, DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** A card: what it is about, how it stands, and what can be done. Other clients show its plain text. */
export function CardBody({ card, sender }: { card: Card; sender: PersonView }): JSX.Element {
  const { locale } = useTexts();
  const title = useId();
  return (
    <section className="card" aria-labelledby={title}>
      <p id={title} className="card__title" dir="auto">
        {cardText(locale, card.title)}
      </p>
      {card.state === undefined ? null : (
        <p className={`card__state card__state--${card.state.tone}`}>{cardText(locale, card.state.text)}</p>
      )}
      {card.facts.length === 0 ? null : (
        <dl className="card__facts">
          {card.facts.map(({ name, value }, index) => (
            <div key={index} className="card__fact">
              <dt className="quiet small">{cardText(locale, name)}</dt>
              <dd dir="auto">{cardText(locale, value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {card.body === undefined ? null : (
        <p className="card__body" dir="auto">
          {cardText(locale, card.body)}
        </p>
      )}
      {card.actions.length === 0 ? null : <Actions card={card} sender={sender} />}
      <CardLink card={card} sender={sender} />
    </section>
  );
}

/** The server speaks as this user. */
const SYSTEM = "causeway";

function useIsFromSystem(sender: PersonView): boolean {
  const { session } = useWorkspace();
  return sender.userId === `@${SYSTEM}:${serverOf(session.userId)}`;
}

/** Where to go on; only cards of the server lead anywhere. */
function CardLink({ card, sender }: { card: Card; sender: PersonView }): JSX.Element | null {
  const { locale } = useTexts();
  const isFromSystem = useIsFromSystem(sender);
  if (card.link === undefined || !isFromSystem) return null;
  return <a href={card.link.path}>{cardText(locale, card.link.text)}</a>;
}

function Actions({ card, sender }: { card: Card; sender: PersonView }): JSX.Element {
  const { t, locale } = useTexts();
  const { run, busy, said, fault } = useAction();
  const [asking, setAsking] = useState<CardAction>();
  const [writing, setWriting] = useState<CardAction>();
  const isFromSystem = useIsFromSystem(sender);
  const begin = (action: CardAction): void => {
    if (action.input === undefined) void run(action, {});
    else setWriting(action);
  };
  return (
    <div className="card__actions">
      {card.actions.map((action) => (
        <Button
          key={action.id}
          look={action.look}
          isBusy={busy === action.id}
          isDisabled={busy !== undefined && busy !== action.id}
          onPress={() => (isFromSystem ? begin(action) : setAsking(action))}
        >
          {cardText(locale, action.text)}
        </Button>
      ))}
      <div role="status">{said === undefined ? null : t("cards.done", { action: cardText(locale, said.text) })}</div>
      <div role="alert">
        {fault === undefined ? null : <p className="fault">{t("app.refused", { reason: fault })}</p>}
      </div>
      {asking === undefined ? null : (
        <Confirm
          question={t("cards.notFromSystem", {
            name: `${sender.name} (${sender.userId})`,
            action: cardText(locale, asking.text),
            path: `${asking.method} ${asking.path}`,
          })}
          action={cardText(locale, asking.text)}
          onYes={() => begin(asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
      {writing?.input === undefined ? null : (
        <Words
          title={cardText(locale, writing.text)}
          label={cardText(locale, writing.input.text)}
          onSaid={(words) => void run(writing, { [writing.input?.name ?? ""]: words })}
          onClose={() => setWriting(undefined)}
        />
      )}
    </div>
  );
}

/** Asks for the words that an action needs. */
function Words({
  title,
  label,
  onSaid,
  onClose,
}: {
  title: string;
  label: string;
  onSaid: (words: string) => void;
  onClose: () => void;
}): JSX.Element {
  const { t } = useTexts();
  const [words, setWords] = useState("");
  const isEmpty = words.trim() === "";
  return (
    <DialogWindow title={title} onClose={onClose}>
      <Field label={label} lines={4} maxLength={MAX_INPUT} value={words} onChange={setWords} autoFocus />
      <div className="dialog__actions">
        <Button onPress={onClose}>{t("app.cancel")}</Button>
        <Button
          look="main"
          isDisabled={isEmpty}
          onPress={() => {
            onClose();
            onSaid(words.trim());
          }}
        >
          {title}
        </Button>
      </div>
    </DialogWindow>
  );
}

/** Calls the API for a card, one action at a time. */
function useAction(): {
  readonly run: (action: CardAction, words: Readonly<Record<string, string>>) => Promise<void>;
  readonly busy: string | undefined;
  readonly said: CardAction | undefined;
  readonly fault: string | undefined;
} {
  const { api } = useWorkspace();
  const [busy, setBusy] = useState<string>();
  const [said, setSaid] = useState<CardAction>();
  const [fault, setFault] = useState<string>();
  const run = async (action: CardAction, words: Readonly<Record<string, string>>): Promise<void> => {
    setBusy(action.id);
    setFault(undefined);
    setSaid(undefined);
    try {
      const path = action.path.slice(API_PREFIX.length);
      const body = { ...action.body, ...words };
      await (action.method === "PUT" ? api.put(path, body) : api.post(path, body));
      setSaid(action);
    } catch (error) {
      setFault(reasonOf(error));
    } finally {
      setBusy(undefined);
    }
  };
  return { run, busy, said, fault };
}
