import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { directRoomWith } from "../../client/rooms/make-room.ts";
import { useTexts } from "../../ui/texts.tsx";
import { PersonDialog } from "./person-dialog.tsx";

/** Asks whom to write to. */
export function NewDirectDialog(props: { onMade: (roomId: string) => void; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  return (
    <PersonDialog
      title={t("rooms.newDirect")}
      action={t("room.openDirect")}
      onClose={props.onClose}
      onChosen={async (userId) => props.onMade(await directRoomWith(client, userId))}
    />
  );
}
