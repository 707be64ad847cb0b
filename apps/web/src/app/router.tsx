import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { NotFound, ScreenFailed } from "../views/shell/failures.tsx";
import { Root } from "../views/shell/root.tsx";

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: ScreenFailed });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/chat" });
  },
});

const chatRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/chat",
  component: lazyRouteComponent(() => import("../views/chat/chat-screen.tsx"), "ChatScreen"),
});

const roomRoute = createRoute({
  getParentRoute: () => chatRoute,
  path: "$roomId",
  // A message by its link.
  validateSearch: ({ at }: Readonly<Record<string, unknown>>): { at?: string } =>
    typeof at === "string" && at.startsWith("$") ? { at } : {},
  component: lazyRouteComponent(() => import("../views/chat/room-pane.tsx"), "RoomPane"),
});

const searchRoute = createRoute({
  getParentRoute: () => chatRoute,
  path: "search",
  validateSearch: searchIn,
  component: lazyRouteComponent(() => import("../views/search/search-pane.tsx"), "SearchPane"),
});

/** What is looked for, as the address has it. */
function searchIn({ q, room }: Readonly<Record<string, unknown>>): { q?: string; room?: string } {
  return { ...(typeof q === "string" ? { q } : {}), ...(typeof room === "string" ? { room } : {}) };
}

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("../views/settings/settings-screen.tsx"), "SettingsScreen"),
});

const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin",
  component: lazyRouteComponent(
    () => import("../views/administration/administration-screen.tsx"),
    "AdministrationScreen",
  ),
});

/** The addresses of the app. A new screen adds its route here. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    chatRoute.addChildren([roomRoute, searchRoute]),
    adminRoute,
    settingsRoute,
  ]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
