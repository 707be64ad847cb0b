import { catalogueService } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import { searchServices } from "./catalogue.ts";
import { hoursOf, minutesOf } from "./hours.ts";
import { newService, serviceOf, writtenOf } from "./service-form.ts";

const whole = catalogueService.parse({
  ...{ id: "share", category: "file-transfer", clause: "OS-4", grantable: false },
  name: { en: "Share", zhHant: "分享", zhHans: "分享" },
  reason: { en: "Files leave.", zhHant: "檔案流出。", zhHans: "文件流出。" },
  hosts: [
    { kind: "suffix", host: "share.example" },
    { kind: "exact", host: "drive.example" },
  ],
  exempt: [{ kind: "suffix", host: "status.share.example" }],
  addresses: ["192.0.2.0/24"],
  apps: { windows: { publisher: "CN=Share", executables: ["Share.exe", "Up.exe"] }, android: ["example.share"] },
});

test("a service survives being written and read, and what is left empty is not there", () => {
  assert.deepEqual(serviceOf(writtenOf(whole)), whole);
  const bare = serviceOf({ ...newService, id: " a ", hosts: " *.one.example \n\n=two.example\n" });
  assert.deepEqual([bare.id, bare.apps], ["a", {}]);
  assert.deepEqual(bare.hosts, [
    { kind: "suffix", host: "one.example" },
    { kind: "exact", host: "two.example" },
  ]);
});

test("services are found by any of their names, hosts and programs, in one category or all", () => {
  const find = (text: string, category = ""): number => searchServices([whole], { text, category }).length;
  for (const text of ["", "SHARE", "分享", "drive.exa", "up.exe", "os-4", "ｓｈａｒｅ", "share example"])
    assert.equal(find(text), 1, text);
  assert.equal(find("nothing"), 0);
  assert.equal(find("", "messaging"), 0);
  assert.equal(find("share", "file-transfer"), 1);
});

test("hours are written as times", () => {
  assert.deepEqual([hoursOf(0), hoursOf(570), hoursOf(1440)], ["00:00", "09:30", "23:59"]);
  assert.deepEqual([minutesOf("09:30"), minutesOf("23:59"), minutesOf("25:00"), minutesOf("")], [570, 1439, 0, 0]);
});
