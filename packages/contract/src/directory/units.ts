import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryBool } from "../fields.ts";
import { code, isNamed, names, unitId } from "./fields.ts";

const NAMELESS = { message: "a name in at least one language is needed" };

/** `GET /causeway/v1/directory/departments`. */
export const listDepartments = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/departments",
  access: { action: "directory.read" },
  summary: "The bureaux and departments, in the order of their codes.",
  query: z.object({ ended: queryBool.default(false) }),
  errors: [],
  rate: "read",
});

/** `GET /causeway/v1/directory/departments/{code}`: a code that is no longer used answers with what became of it. */
export const getDepartment = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/departments/:code",
  access: { action: "directory.read", on: "code" },
  summary:
    "A department with its Head, its divisions and sections, and its posts; the successors of one that merged or was split.",
  params: z.object({ code }),
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "read",
});

/** `POST /causeway/v1/directory/departments`. */
export const addDepartment = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/departments",
  access: { action: "directory.write" },
  summary: "Enters a department. Its code can never be used for another one.",
  body: names.extend({ code }).refine(isNamed, NAMELESS),
  errors: ["DIRECTORY_CONFLICT"],
  rate: "write",
});

/** `POST /causeway/v1/directory/departments/{code}/units`. */
export const addUnit = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/departments/:code/units",
  access: { action: "directory.write", on: "code" },
  summary: "Enters a division of a department, or a section of a division.",
  params: z.object({ code }),
  body: names
    .extend({ code, kind: z.enum(["division", "section"]), parent: unitId.optional() })
    .refine(isNamed, NAMELESS),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT"],
  rate: "write",
});

/** `PUT /causeway/v1/directory/units/{unitId}`. */
export const changeUnit = endpoint({
  method: "PUT",
  path: "/causeway/v1/directory/units/:unitId",
  access: { action: "directory.write", on: "unitId" },
  summary: "Changes the names of a department, division or section, or the code of a division or section.",
  params: z.object({ unitId }),
  body: names.extend({ code: code.optional() }).refine(isNamed, NAMELESS),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT"],
  rate: "write",
});

/** `POST /causeway/v1/directory/units/{unitId}/end`. */
export const endUnit = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/units/:unitId/end",
  access: { action: "directory.write", on: "unitId" },
  summary: "Ends a division or section that has no posts and no sections any more.",
  params: z.object({ unitId }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT"],
  rate: "write",
});
