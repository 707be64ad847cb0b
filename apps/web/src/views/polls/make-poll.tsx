import "./polls.css";
import { ChartBarBig, Plus, X } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { ComposerModel } from "../../client/composer.ts";
import type { Worry } from "../../client/nudge/worry.ts";
import { isWhole, LONGEST, MOST_ANSWERS, type PollAnswer, type PollDraft } from "../../client/polls/poll.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Tick } from "../../ui/tick.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { NudgeView } from "../nudge/nudge-view.tsx";

/** A poll while it is written: each answer is known by an id, whatever is written before it or taken away. */
interface Written extends Omit<PollDraft, "answers"> {
  readonly answers: readonly PollAnswer[];
}

function emptyAnswer(): PollAnswer {
  return { id: crypto.randomUUID(), text: "" };
}

function emptyPoll(): Written {
  return { question: "", answers: [emptyAnswer(), emptyAnswer()], isSeveral: false, isOpen: true };
}

/** Opens the window in which a poll is made. */
export function MakePoll({ facts, composer }: { facts: RoomFacts; composer: ComposerModel }): JSX.Element {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton icon={ChartBarBig} label={t("polls.make")} onPress={() => setOpen(true)} />
      {isOpen ? <PollDialog facts={facts} composer={composer} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function PollDialog(props: { facts: RoomFacts; composer: ComposerModel; onClose: () => void }): JSX.Element {
  const { facts, composer, onClose } = props;
  const { t } = useTexts();
  const { room } = useWorkspace();
  const [written, setWritten] = useState(emptyPoll);
  const [worry, setWorry] = useState<Worry>();
  const draft: PollDraft = { ...written, answers: written.answers.map(({ text }) => text) };
  const change = (next: Partial<Written>): void => {
    setWorry(undefined);
    setWritten({ ...written, ...next });
  };
  const send = (where: ComposerModel, reason?: string): void => {
    const held = where.poll(draft, reason);
    setWorry(held);
    if (held === undefined) onClose();
  };
  return (
    <DialogWindow title={t("polls.make")} onClose={onClose}>
      <form
        className="poll-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole(draft)) send(composer);
        }}
      >
        <p className="small quiet">{t("polls.to", { room: facts.name })}</p>
        <Field
          label={t("polls.question")}
          value={draft.question}
          maxLength={LONGEST}
          onChange={(question) => change({ question })}
          autoFocus
        />
        <Answers answers={written.answers} onChange={(answers) => change({ answers })} />
        <Tick isOn={draft.isSeveral} onChange={(isSeveral) => change({ isSeveral })} text={t("polls.several")} />
        <Choice
          label={t("polls.results")}
          value={draft.isOpen ? "open" : "closed"}
          options={[
            { id: "open", text: t("polls.open") },
            { id: "closed", text: t("polls.closed") },
          ]}
          onChange={(next) => change({ isOpen: next === "open" })}
        />
        {worry === undefined ? (
          <div className="dialog__actions">
            <Button onPress={onClose}>{t("app.cancel")}</Button>
            <Button look="main" type="submit" isDisabled={!isWhole(draft)}>
              {t("polls.start")}
            </Button>
          </div>
        ) : null}
      </form>
      {worry === undefined ? null : (
        <NudgeView
          worry={withoutMask(worry)}
          facts={facts}
          choices={{
            moveTo: (roomId) => send(room(roomId).composer),
            sendWith: (reason) => send(composer, reason),
            drop: () => setWorry(undefined),
          }}
        />
      )}
    </DialogWindow>
  );
}

/** Nothing is hidden inside a question: somebody would vote about what they cannot read. */
function withoutMask(worry: Worry): Worry {
  const { masked: _, ...rest } = worry;
  return rest;
}

function Answers(props: {
  answers: readonly PollAnswer[];
  onChange: (answers: readonly PollAnswer[]) => void;
}): JSX.Element {
  const { answers, onChange } = props;
  const { t } = useTexts();
  return (
    <>
      {answers.map(({ id, text }, at) => (
        <div key={id} className="poll-form__answer">
          <Field
            label={t("polls.answer", { number: at + 1 })}
            value={text}
            maxLength={LONGEST}
            onChange={(next) => onChange(answers.with(at, { id, text: next }))}
          />
          {answers.length > 2 ? (
            <IconButton
              icon={X}
              label={t("polls.removeAnswer", { number: at + 1 })}
              onPress={() => onChange(answers.toSpliced(at, 1))}
            />
          ) : null}
        </div>
      ))}
      {answers.length < MOST_ANSWERS ? (
        <Button icon={Plus} onPress={() => onChange([...answers, emptyAnswer()])}>
          {t("polls.addAnswer")}
        </Button>
      ) : null}
    </>
  );
}
