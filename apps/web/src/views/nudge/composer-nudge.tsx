import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { ComposerModel } from "../../client/composer.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { useViewModel } from "../../ui/use-view-model.ts";
import { NudgeView } from "./nudge-view.tsx";

/** The nudge of a message that is being written; afterwards the focus goes back to where one writes. */
export function ComposerNudge(props: {
  facts: RoomFacts;
  composer: ComposerModel;
  onDone: () => void;
}): JSX.Element | null {
  const { facts, composer, onDone } = props;
  const { room } = useWorkspace();
  const { worry } = useViewModel(composer);
  if (worry === undefined) return null;
  const then = (work: () => void) => (): void => {
    work();
    onDone();
  };
  return (
    <NudgeView
      worry={worry}
      facts={facts}
      choices={{
        ...(worry.masked === undefined ? {} : { mask: then(() => composer.sendMasked()) }),
        moveTo: (roomId) => room(roomId).composer.giveBack(composer.take()),
        sendWith: (reason) => {
          composer.sendWithReason(reason);
          onDone();
        },
        drop: then(() => composer.dropWorry()),
      }}
    />
  );
}
