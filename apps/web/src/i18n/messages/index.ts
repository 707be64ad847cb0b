import { access } from "./access.ts";
import { administrationForms } from "./administration-forms.ts";
import { administration } from "./administration.ts";
import { announcements } from "./announcements.ts";
import { app } from "./app.ts";
import { cards } from "./cards.ts";
import { chat } from "./chat.ts";
import { custody } from "./custody.ts";
import { later } from "./later.ts";
import { media } from "./media.ts";
import { notify } from "./notify.ts";
import { nudge } from "./nudge.ts";
import { passkeys } from "./passkeys.ts";
import { people } from "./people.ts";
import { points } from "./points.ts";
import { policy } from "./policy.ts";
import { polls } from "./polls.ts";
import { rooms } from "./rooms.ts";
import { search } from "./search.ts";
import { settings } from "./settings.ts";
import { signIn } from "./sign-in.ts";
import { threads } from "./threads.ts";

/** Every message of the interface. An area's messages stand in one file, in all three languages. */
export const messages = {
  ...access,
  ...administration,
  ...administrationForms,
  ...announcements,
  ...app,
  ...cards,
  ...chat,
  ...custody,
  ...later,
  ...media,
  ...notify,
  ...nudge,
  ...passkeys,
  ...people,
  ...points,
  ...policy,
  ...polls,
  ...rooms,
  ...search,
  ...settings,
  ...signIn,
  ...threads,
};

/** The name of a message. */
export type MessageKey = keyof typeof messages;
