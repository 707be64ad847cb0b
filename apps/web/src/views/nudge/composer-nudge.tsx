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
  const { worry, files } = useViewModel(composer);
  // The window in which files are sent has a nudge of its own.
  if (worry === undefined || files !== undefined) return null;
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

/** The nudge of chosen files, in the window in which they are sent. */
export function FilesNudge(props: {
  facts: RoomFacts;
  composer: ComposerModel;
  onSending: (sending: Promise<void>) => void;
}): JSX.Element | null {
  const { facts, composer, onSending } = props;
  const { room } = useWorkspace();
  const { worry, files = [] } = useViewModel(composer);
  if (worry === undefined) return null;
  const moveTo = (roomId: string): void => {
    composer.unchoose();
    const there = room(roomId).composer;
    there.giveBack(composer.take());
    there.choose(files);
  };
  return (
    <NudgeView
      worry={worry}
      facts={facts}
      choices={{
        ...(composer.canMaskFiles ? { mask: () => onSending(composer.sendFilesMasked()) } : {}),
        moveTo,
        sendWith: (reason) => onSending(composer.sendFilesWithReason(reason)),
        drop: () => composer.dropWorry(),
      }}
    />
  );
}
