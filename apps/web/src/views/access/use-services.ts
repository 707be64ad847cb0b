import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { servicesInForce, type ListedService } from "../../client/access/catalogue.ts";

/** The services in force that one may see. */
export function useServices(): UseQueryResult<readonly ListedService[]> {
  const { api } = useWorkspace();
  return useQuery({ queryKey: ["access", "catalogue"], queryFn: () => servicesInForce(api), retry: false });
}
