import type { BlockedService } from "../endpoint-files/blocked.ts";
import { titleOf, type FileInput } from "../endpoint-files/file-input.ts";
import { urlLists } from "../browser/url-lists.ts";

/** The name of an Android application. */
const PACKAGE = /^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/;
const CHROME = "com.android.chrome";

/** A policy of Android's management interface: programs refused, and what Chrome there is told. There is no guard on phones, so its list holds everything. */
export function androidPolicy(input: FileInput, services: readonly BlockedService[]): string {
  const enforced = input.auditOnly ? [] : services.filter(({ isObserved }) => !isObserved);
  const names = new Set(enforced.flatMap(({ service }) => service.apps.android ?? []).filter(isPackage));
  names.delete(CHROME);
  const { blocked, allowed } = urlLists(enforced, { hasGuard: false });
  const policy = {
    applications: [
      ...[...names].toSorted().map((packageName) => ({ packageName, installType: "BLOCKED" })),
      {
        packageName: CHROME,
        installType: "AVAILABLE",
        managedConfiguration: {
          // In a managed configuration a list is the text of one.
          URLBlocklist: JSON.stringify(blocked),
          URLAllowlist: JSON.stringify(allowed),
          DnsOverHttpsMode: "off",
          ...(input.workspaceDomains.length === 0 ? {} : { AllowedDomainsForApps: input.workspaceDomains.join(",") }),
        },
      },
    ],
    playStoreMode: "BLACKLIST",
    longSupportMessage: { defaultMessage: titleOf(input) },
  };
  return `${JSON.stringify(policy, null, 2)}\n`;
}

/** Whether a text is the name of an Android application. */
export function isPackage(text: string): boolean {
  return PACKAGE.test(text) && text.length <= 255;
}
