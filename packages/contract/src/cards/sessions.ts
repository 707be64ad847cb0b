import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { keptText } from "../fields.ts";

/** `POST /causeway/v1/sessions/{session}/end`. */
export const endSession = endpoint({
  method: "POST",
  path: "/causeway/v1/sessions/:session/end",
  access: { action: "matrix.use" },
  summary:
    "Signs out the device of one of one's own sign-ins, as the card of that sign-in names it; done already is done.",
  params: z.object({ session: keptText(100) }),
  bodyOptional: true,
  body: z.object({}),
  errors: [],
  rate: "write",
});
