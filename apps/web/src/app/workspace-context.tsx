import { createContext, useContext } from "react";
import type { AppModel } from "../client/app.ts";
import type { PreferencesModel } from "../client/preferences.ts";
import type { Workspace } from "../client/workspace.ts";

/** What lives as long as the page. */
export interface Page {
  readonly app: AppModel;
  readonly preferences: PreferencesModel;
}

/** Holds the page's models. */
export const PageContext = createContext<Page | undefined>(undefined);

/** Holds what somebody who is signed in works with. */
export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

/** The page's models. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("there is no page here");
  return page;
}

/** What somebody who is signed in works with. Only for screens behind the sign-in. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === undefined) throw new Error("nobody is signed in here");
  return workspace;
}
