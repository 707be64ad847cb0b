import "./cards.css";
import { useId, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { API_PREFIX } from "../../client/causeway-api.ts";
import { cardText, type Card, type CardAction } from "../../client/cards/card.ts";
import { serverOf, type PersonView } from "../../client/people.ts";
import { reasonOf } from "../../client/refusal.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
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
    </section>
  );
}

/** The server speaks as this user. */
const SYSTEM = "causeway";

function Actions({ card, sender }: { card: Card; sender: PersonView }): JSX.Element {
  const { t, locale } = useTexts();
  const { session } = useWorkspace();
  const { run, busy, said, fault } = useAction();
  const [asking, setAsking] = useState<CardAction>();
  const isFromSystem = sender.userId === `@${SYSTEM}:${serverOf(session.userId)}`;
  return (
    <div className="card__actions">
      {card.actions.map((action) => (
        <Button
          key={action.id}
          look={action.look}
          isBusy={busy === action.id}
          isDisabled={busy !== undefined && busy !== action.id}
          onPress={() => (isFromSystem ? void run(action) : setAsking(action))}
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
          onYes={() => void run(asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </div>
  );
}

/** Calls the API for a card, one action at a time. */
function useAction(): {
  readonly run: (action: CardAction) => Promise<void>;
  readonly busy: string | undefined;
  readonly said: CardAction | undefined;
  readonly fault: string | undefined;
} {
  const { api } = useWorkspace();
  const [busy, setBusy] = useState<string>();
  const [said, setSaid] = useState<CardAction>();
  const [fault, setFault] = useState<string>();
  const run = async (action: CardAction): Promise<void> => {
    setBusy(action.id);
    setFault(undefined);
    setSaid(undefined);
    try {
      const path = action.path.slice(API_PREFIX.length);
      await (action.method === "PUT" ? api.put(path, action.body) : api.post(path, action.body));
      setSaid(action);
    } catch (error) {
      setFault(reasonOf(error));
    } finally {
      setBusy(undefined);
    }
  };
  return { run, busy, said, fault };
}
