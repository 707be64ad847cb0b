import "./polls.css";
import { Check } from "lucide-react";
import { useId, useMemo, useState, type JSX, type ReactNode } from "react";
import { Checkbox, CheckboxGroup, Radio, RadioGroup } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { PollModel } from "../../client/polls/poll-model.ts";
import { percent, tally, type Poll, type PollAnswer, type Tally } from "../../client/polls/poll.ts";
import type { MessageItem } from "../../client/timeline/items.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** A poll in the timeline. It can be voted in as soon as the server has it. */
export function PollBody(props: { poll: Poll; item: MessageItem; roomId: string }): JSX.Element {
  const { poll, item, roomId } = props;
  const { room } = useWorkspace();
  if (item.delivery === "sent") return <LivePoll poll={poll} model={room(roomId).poll(item.id, item.sender.userId)} />;
  return (
    <div className="poll">
      <p className="poll__question">{poll.question}</p>
      <ul className="poll__answers">
        {poll.answers.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

function LivePoll({ poll, model }: { poll: Poll; model: PollModel }): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  const { ballots, endedAt, refusal, mayEnd } = useViewModel(model);
  const me = client.getSafeUserId();
  const result = useMemo(() => tally(poll, ballots, { me, endedAt }), [poll, ballots, me, endedAt]);
  const question = useId();
  const isOver = endedAt !== undefined;
  const kind = isOver ? t("polls.over") : poll.most === 1 ? t("polls.one") : t("polls.upTo", { count: poll.most });
  return (
    <div className="poll">
      <p className="small quiet">{kind}</p>
      <p className="poll__question" id={question}>
        {poll.question}
      </p>
      {isOver ? (
        <Results poll={poll} result={result} labelledBy={question} />
      ) : (
        <Voting poll={poll} model={model} result={result} labelledBy={question} />
      )}
      {refusal === undefined ? null : (
        <p className="fault small" role="alert">
          {t("polls.refused", { reason: refusal })}
        </p>
      )}
      <p className="small quiet" role="status">
        {t("polls.voters", { count: result.voters })}
        {isOver || poll.isOpen ? "" : ` · ${t("polls.hidden")}`}
      </p>
      {mayEnd && !isOver ? <EndPoll poll={poll} model={model} result={result} /> : null}
    </div>
  );
}

interface Parts {
  readonly poll: Poll;
  readonly result: Tally;
  readonly labelledBy: string;
}

function Results({ poll, result, labelledBy }: Parts): JSX.Element {
  const { t } = useTexts();
  const most = winners(poll, result);
  return (
    <ul className="poll__answers" aria-labelledby={labelledBy}>
      {poll.answers.map((answer) => (
        <li key={answer.id} className={most.includes(answer) ? "poll__answer poll__answer--most" : "poll__answer"}>
          <Words answer={answer}>
            {most.includes(answer) ? <span className="small">{t("polls.most")}</span> : null}
            {result.chosen.includes(answer.id) ? <span className="small">{t("polls.mine")}</span> : null}
          </Words>
          <Share answer={answer} result={result} />
        </li>
      ))}
    </ul>
  );
}

function Voting({ poll, model, result, labelledBy }: Parts & { model: PollModel }): JSX.Element {
  const { t } = useTexts();
  // Until it is given, a choice is only here; arrow keys in a radio group must not vote.
  const [picked, setPicked] = useState<readonly string[]>();
  const { chosen } = result;
  const now = picked ?? chosen;
  const isNew = now.length !== chosen.length || now.some((id) => !chosen.includes(id));
  const give = (answers: readonly string[]): void => {
    model.vote(answers);
    setPicked(undefined);
  };
  const answers = poll.answers.map((answer) => ({
    answer,
    words: (
      <>
        <Words answer={answer} />
        {poll.isOpen ? <Share answer={answer} result={result} /> : null}
      </>
    ),
  }));
  return (
    <>
      {poll.most === 1 ? (
        <RadioGroup
          className="poll__answers"
          aria-labelledby={labelledBy}
          value={now[0] ?? null}
          onChange={(id) => setPicked([id])}
        >
          {answers.map(({ answer, words }) => (
            <Radio key={answer.id} value={answer.id} className="poll__answer poll__choice">
              {words}
            </Radio>
          ))}
        </RadioGroup>
      ) : (
        <CheckboxGroup className="poll__answers" aria-labelledby={labelledBy} value={[...now]} onChange={setPicked}>
          {answers.map(({ answer, words }) => (
            <Checkbox
              key={answer.id}
              value={answer.id}
              className="poll__answer poll__choice poll__choice--several"
              isDisabled={now.length >= poll.most && !now.includes(answer.id)}
            >
              {words}
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
      <div className="poll__actions">
        <Button look="main" isDisabled={!isNew || now.length === 0} onPress={() => give(now)}>
          {t(chosen.length === 0 ? "polls.vote" : "polls.change")}
        </Button>
        {chosen.length > 0 ? (
          <Button look="plain" onPress={() => give([])}>
            {t("polls.takeBack")}
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Words({ answer, children }: { answer: PollAnswer; children?: ReactNode }): JSX.Element {
  return (
    <span className="poll__words">
      <span className="poll__mark" aria-hidden>
        <Check size={12} />
      </span>
      <bdi className="poll__text">{answer.text}</bdi>
      {children}
    </span>
  );
}

/** How many chose an answer: as words, and as a bar for those who would rather look. */
function Share({ answer, result }: { answer: PollAnswer; result: Tally }): JSX.Element {
  const { t } = useTexts();
  const count = result.counts.get(answer.id) ?? 0;
  const share = percent(count, result.voters);
  return (
    <span className="poll__share small">
      <progress className="poll__bar" max={100} value={share} aria-hidden />
      <span className="poll__number">{t("polls.result", { count, percent: share })}</span>
    </span>
  );
}

function EndPoll({ poll, model, result }: { poll: Poll; model: PollModel; result: Tally }): JSX.Element {
  const { t } = useTexts();
  const [isAsking, setAsking] = useState(false);
  const end = (): void => {
    const answers = winners(poll, result).map(({ text }) => text);
    model.end(answers.length === 0 ? t("polls.endTextNone") : t("polls.endText", { answers: answers.join(", ") }));
  };
  return (
    <div className="poll__actions">
      <Button onPress={() => setAsking(true)}>{t("polls.end")}</Button>
      {isAsking ? (
        <Confirm question={t("polls.endSure")} action={t("polls.end")} onYes={end} onClose={() => setAsking(false)} />
      ) : null}
    </div>
  );
}

/** The answers with the most votes; none while nobody has voted. */
function winners(poll: Poll, { counts }: Tally): readonly PollAnswer[] {
  const most = Math.max(...counts.values());
  return most === 0 ? [] : poll.answers.filter(({ id }) => counts.get(id) === most);
}
