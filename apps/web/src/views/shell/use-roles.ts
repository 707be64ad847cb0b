import { useQuery } from "@tanstack/react-query";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { ownStanding, type OwnStanding } from "../../client/directory/roles.ts";

const NOBODY: OwnStanding = { roles: [], duties: [], departments: [] };

/** What one is, for what is shown; what may be done the server asks again at each step. */
export function useStanding(): OwnStanding {
  const { api, session } = useWorkspace();
  const { data = NOBODY } = useQuery({
    queryKey: ["roles", session.userId],
    queryFn: () => ownStanding(api),
    staleTime: 60_000,
    retry: false,
  });
  return data;
}

/** One's own roles. */
export function useRoles(): readonly string[] {
  return useStanding().roles;
}
