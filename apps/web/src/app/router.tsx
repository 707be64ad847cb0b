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
  validateSearch: placeIn,
  component: lazyRouteComponent(() => import("../views/chat/room-pane.tsx"), "RoomPane"),
});

/** The thread that is open, by its root, and a message by its link. */
function placeIn({ at, thread }: Readonly<Record<string, unknown>>): { at?: string; thread?: string } {
  const isId = (id: unknown): id is string => typeof id === "string" && id.startsWith("$");
  return { ...(isId(thread) ? { thread } : {}), ...(isId(at) ? { at } : {}) };
}

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

const announcementsRoute = createRoute({
  getParentRoute: () => chatRoute,
  path: "announcements",
  component: lazyRouteComponent(() => import("../views/announcements/announcements-pane.tsx"), "AnnouncementsPane"),
});

const announceRoute = createRoute({
  getParentRoute: () => chatRoute,
  path: "announcements/new",
  component: lazyRouteComponent(() => import("../views/announcements/write-pane.tsx"), "WritePane"),
});

const announcementRoute = createRoute({
  getParentRoute: () => chatRoute,
  path: "announcements/$announcementId",
  component: lazyRouteComponent(() => import("../views/announcements/announcement-pane.tsx"), "AnnouncementPane"),
});

const accessRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/access",
  component: lazyRouteComponent(() => import("../views/access/access-screen.tsx"), "AccessScreen"),
});

const askRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "ask",
  validateSearch: askIn,
  component: lazyRouteComponent(() => import("../views/access/ask-pane.tsx"), "AskPane"),
});

/** What was stopped, as the block page's link has it. */
function askIn(given: Readonly<Record<string, unknown>>): { url?: string; machine_hint?: string; service?: string } {
  const texts = ["url", "machine_hint", "service"].map((name) => [name, given[name]] as const);
  return Object.fromEntries(texts.filter(([, value]) => typeof value === "string" && value !== ""));
}

const requestRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "requests/$requestId",
  component: lazyRouteComponent(() => import("../views/access/request-pane.tsx"), "RequestPane"),
});

const grantRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "grants/$grantId",
  component: lazyRouteComponent(() => import("../views/access/grant-pane.tsx"), "GrantPane"),
});

const reviewsRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "reviews",
  component: lazyRouteComponent(() => import("../views/access/reviews-pane.tsx"), "ReviewsPane"),
});

/** Cards lead to one review; all of them stand on one screen. */
const reviewRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "reviews/$reviewId",
  beforeLoad: () => {
    throw redirect({ to: "/access/reviews" });
  },
});

const registerRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "register",
  component: lazyRouteComponent(() => import("../views/access/register-pane.tsx"), "RegisterPane"),
});

const looksRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "looks",
  component: lazyRouteComponent(() => import("../views/access/looks-pane.tsx"), "LooksPane"),
});

const lookRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "looks/$lookId",
  beforeLoad: () => {
    throw redirect({ to: "/access/looks" });
  },
});

const catalogueRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "catalogue",
  component: lazyRouteComponent(() => import("../views/access/catalogue-pane.tsx"), "CataloguePane"),
});

const rulesRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "rules",
  component: lazyRouteComponent(() => import("../views/access/rules-pane.tsx"), "RulesPane"),
});

const pointsRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: "points",
  component: lazyRouteComponent(() => import("../views/access/points-pane.tsx"), "PointsPane"),
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("../views/settings/settings-screen.tsx"), "SettingsScreen"),
});

const custodyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/custody",
  component: lazyRouteComponent(() => import("../views/custody/name-custodians.tsx"), "NameCustodians"),
});

const recoveryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/custody/$recoveryId",
  component: lazyRouteComponent(() => import("../views/custody/recovery-screen.tsx"), "RecoveryScreen"),
});

const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin",
  component: lazyRouteComponent(
    () => import("../views/administration/administration-screen.tsx"),
    "AdministrationScreen",
  ),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  chatRoute.addChildren([roomRoute, searchRoute, announcementsRoute, announceRoute, announcementRoute]),
  accessRoute.addChildren([
    askRoute,
    requestRoute,
    grantRoute,
    reviewsRoute,
    reviewRoute,
    registerRoute,
    looksRoute,
    lookRoute,
    catalogueRoute,
    rulesRoute,
    pointsRoute,
  ]),
  adminRoute,
  settingsRoute,
  custodyRoute,
  recoveryRoute,
]);

type AppRouter = ReturnType<typeof createRouter<typeof routeTree>>;

/** The addresses of the app, beginning with the present one. A new screen adds its route to the tree. */
export function createAppRouter(): AppRouter {
  return createRouter({ routeTree, defaultPreload: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
