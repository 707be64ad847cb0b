import { useNavigate } from "@tanstack/react-router";
import { CalendarDays, Lock, LockOpen, UserPlus, X } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { lookUpPeople, postText } from "../../client/directory/people.ts";
import type { MemberView, RoomFacts, RoomModel } from "../../client/rooms/room.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Avatar, ExternalMark, LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { RoomLevel } from "../notify/room-level.tsx";
import { GoToDate } from "./go-to-date.tsx";
import { PersonDialog } from "./person-dialog.tsx";

/** The right pane: what the room is, who is in it. */
export function FactsPane(props: { facts: RoomFacts; about: RoomModel; onClose: () => void }): JSX.Element {
  const { facts, about } = props;
  const { t } = useTexts();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"invite" | "leave" | "date">();
  const leave = async (): Promise<void> => {
    await about.leave();
    await navigate({ to: "/chat" });
  };
  const invite = async (userId: string): Promise<void> => {
    await about.invite(userId);
    setAsking(undefined);
  };
  return (
    <aside className="pane pane--facts" aria-label={t("room.details")}>
      <header className="pane__header">
        <h2 className="pane__title">{t("room.details")}</h2>
        <IconButton icon={X} label={t("app.close")} onPress={props.onClose} />
      </header>
      <div className="facts">
        <p className="facts__name">{facts.name}</p>
        {facts.topic === "" ? null : <p>{facts.topic}</p>}
        <p className="facts__line">
          <LabelMark label={facts.label} />
          {facts.isExternal ? <span>{t("room.external")}</span> : null}
        </p>
        <p className="facts__line small quiet">
          {facts.isEncrypted ? <Lock size={16} aria-hidden /> : <LockOpen size={16} aria-hidden />}
          {t(facts.isEncrypted ? "room.encrypted" : "room.notEncrypted")}
        </p>
        <Button icon={CalendarDays} onPress={() => setAsking("date")}>
          {t("date.go")}
        </Button>
        <RoomLevel roomId={facts.id} />
        <h3>{t("room.members", { count: facts.members.length })}</h3>
        {facts.mayInvite ? (
          <Button icon={UserPlus} onPress={() => setAsking("invite")}>
            {t("room.invite")}
          </Button>
        ) : null}
        <Members members={facts.members} />
        <Button look="danger" onPress={() => setAsking("leave")}>
          {t("room.leave")}
        </Button>
      </div>
      {asking === "invite" ? (
        <PersonDialog
          title={t("room.invite")}
          action={t("room.sendInvite")}
          onChosen={invite}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
      {asking === "date" ? <GoToDate roomId={facts.id} onClose={() => setAsking(undefined)} /> : null}
      {asking === "leave" ? (
        <Confirm
          question={t("room.leaveSure", { room: facts.name })}
          action={t("room.leave")}
          onYes={() => void leave()}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
    </aside>
  );
}

/** More are counted, not drawn; finding one among thousands is what search is for. */
const MOST = 200;

function Members({ members }: { members: readonly MemberView[] }): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const shown = members.slice(0, MOST);
  const ids = shown.filter(({ isExternal }) => !isExternal).map(({ userId }) => userId);
  const { data: known } = useQuery({
    queryKey: ["lookup", ...ids],
    queryFn: () => lookUpPeople(api, ids),
    retry: false,
  });
  return (
    <ul className="facts__members" aria-label={t("room.memberList")}>
      {shown.map((member) => (
        <li key={member.userId} className="facts__member">
          <Avatar name={member.name} look="small" isExternal={member.isExternal} />
          <span className="facts__who">
            <span>{member.name}</span>
            <span className="small quiet">
              {postText(locale, known?.get(member.userId) ?? { posts: [] }) || member.userId}
              {member.role === "member" ? "" : ` · ${t(`room.${member.role}`)}`}
              {member.isInvited ? ` · ${t("room.invited")}` : ""}
            </span>
          </span>
          {member.isExternal ? <ExternalMark organisation={member.organisation} /> : null}
        </li>
      ))}
    </ul>
  );
}
