import { useInfiniteQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { roomsAfter } from "../../client/administration/administration.ts";
import { parseLabel } from "../../client/rooms/label.ts";
import { Button } from "../../ui/button.tsx";
import { LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable, Waiting } from "./parts.tsx";

/** Rooms by names and counts; nobody here sees what is in them. */
export function Rooms(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["admin-rooms"],
    queryFn: ({ pageParam }) => roomsAfter(api, pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
  if (data === undefined) return <Waiting error={error} />;
  const number = new Intl.NumberFormat(locale);
  return (
    <>
      <p className="small quiet">{t("admin.roomsWhy")}</p>
      <AdminTable
        name={t("admin.rooms")}
        heads={[t("room.name"), t("room.label"), t("admin.members"), t("admin.messages"), t("admin.encrypted")]}
      >
        {data.pages
          .flatMap(({ items }) => items)
          .map((room) => (
            <tr key={room.id}>
              <th scope="row">{room.name || t("admin.noName")}</th>
              <td>
                <LabelMark label={parseLabel(room.label)} />
              </td>
              <td className="admin__number" data-head={t("admin.members")}>
                {number.format(room.joined)}
              </td>
              <td className="admin__number" data-head={t("admin.messages")}>
                {number.format(room.messages)}
              </td>
              <td data-head={t("admin.encrypted")}>{t(room.isEncrypted ? "admin.yes" : "admin.no")}</td>
            </tr>
          ))}
      </AdminTable>
      {hasNextPage ? <Button onPress={() => void fetchNextPage()}>{t("admin.more")}</Button> : null}
    </>
  );
}
