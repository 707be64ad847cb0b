/** These functions run in the page; each has to be whole by itself. */

/** Scrolls back through the timeline; the lengths of the frames in milliseconds. */
export async function scrollBack(frames: number): Promise<readonly number[]> {
  const log = document.querySelector('[role="log"]');
  const lengths: number[] = [];
  const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  let last = await nextFrame();
  for (let frame = 0; frame < frames; frame += 1) {
    log?.scrollBy(0, -120);
    const now = await nextFrame();
    lengths.push(now - last);
    last = now;
  }
  return lengths;
}

/** Goes to the end of a list, so that it can be scrolled back. */
export async function toEnd(): Promise<void> {
  const log = document.querySelector('[role="log"]');
  for (let turn = 0; turn < 5; turn += 1) {
    log?.scrollTo(0, log.scrollHeight);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Opens a room by its link in the list; how long it took until its messages were painted. */
export async function openRoom(name: string): Promise<number> {
  const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  const find = (): HTMLElement | undefined =>
    [...document.querySelectorAll<HTMLElement>("a.room-row")].find(
      (link) => link.querySelector(".room-row__name")?.textContent === name,
    );
  while (find() === undefined) await nextFrame();
  const begun = performance.now();
  find()?.click();
  const isThere = (): boolean =>
    document.querySelector(".room-title")?.textContent === name && document.querySelectorAll("article").length > 8;
  while (!isThere()) await nextFrame();
  // What was put into the page is painted by the end of the next frame.
  await nextFrame();
  await nextFrame();
  return performance.now() - begun;
}

/** Opens one room after the other; how long each took. */
export async function switchRooms(count: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const links = [...document.querySelectorAll<HTMLElement>("a.room-row:not(.room-row--here)")];
    const link = links[turn % Math.min(links.length, 12)];
    const name = link?.querySelector(".room-row__name")?.textContent ?? "";
    const begun = performance.now();
    link?.click();
    while (document.querySelector(".room-title")?.textContent !== name || document.querySelector("article") === null)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    took.push(performance.now() - begun);
  }
  return took;
}

/** Before the page's own scripts: notes when the list of rooms is there. */
export function noteRooms(): void {
  const look = (): void => {
    if (document.querySelector("a.room-row") === null) requestAnimationFrame(look);
    else performance.mark("rooms");
  };
  requestAnimationFrame(look);
}

/** When the list of rooms was there, in milliseconds since the page was asked for. */
export async function roomsThere(): Promise<number> {
  for (;;) {
    const [mark] = performance.getEntriesByName("rooms");
    if (mark !== undefined) return mark.startTime;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
