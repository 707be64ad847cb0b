import { useQuery } from "@tanstack/react-query";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { ownRoles } from "../../client/directory/roles.ts";

/** One's own roles, for what is shown; what may be done the server asks again at each step. */
export function useRoles(): readonly string[] {
  const { api, session } = useWorkspace();
  const { data = [] } = useQuery({
    queryKey: ["roles", session.userId],
    queryFn: () => ownRoles(api),
    staleTime: 60_000,
    retry: false,
  });
  return data;
}
