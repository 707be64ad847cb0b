import { together, worryAbout, type Worry } from "./worry.ts";

/** Files as they were chosen, what worries about them, and the same files with the values hidden where that can be done. */
export interface FilesWorry {
  readonly worry: Worry;
  readonly masked?: readonly File[];
  readonly maskedCaption: string;
}

/** Text files by their type or the end of their name; of others nothing but the name is looked at. */
function isText({ name, type }: File): boolean {
  return (
    /^(text\/(plain|csv|tab-separated-values)|application\/json)\b/.test(type) || /\.(txt|csv|tsv|json)$/i.test(name)
  );
}

/** Looks at text files, at the names of all, and at what is said with them; in a worker, so that the page stays alive. */
export async function worryAboutFiles(files: readonly File[], caption: string): Promise<FilesWorry | undefined> {
  const worries: Worry[] = [];
  let canMask = true;
  const note = (worry: Worry | undefined): string | undefined => {
    if (worry === undefined) return undefined;
    worries.push(worry);
    if (worry.masked === undefined) canMask = false;
    return worry.masked;
  };
  const maskedCaption = note(worryAbout(caption)) ?? caption;
  const masked: File[] = [];
  for (const file of files) {
    const name = note(worryAbout(file.name)) ?? file.name;
    const text = isText(file) ? note(await lookInWorker(file)) : undefined;
    masked.push(text === undefined && name === file.name ? file : new File([text ?? file], name, { type: file.type }));
  }
  const worry = together(worries);
  return worry === undefined ? undefined : { worry, maskedCaption, ...(canMask ? { masked } : {}) };
}

async function lookInWorker(file: File): Promise<Worry | undefined> {
  const worker = new Worker(new URL("./look.worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Worry | undefined>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<Worry | undefined>) => resolve(event.data);
      worker.onerror = () => reject(new Error("the file could not be looked at"));
      worker.postMessage(file);
    });
  } finally {
    worker.terminate();
  }
}
