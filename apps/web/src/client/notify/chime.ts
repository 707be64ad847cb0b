/** The two notes of the sound, in hertz, and when each begins. */
const NOTES = [
  { frequency: 659.25, at: 0 },
  { frequency: 880, at: 0.11 },
] as const;
const LENGTH_S = 0.32;
const LOUDNESS = 0.07;
/** Two messages at once sound once. */
const PAUSE_MS = 2000;

/** A short sound of our own, made as it is played. */
export class Chime {
  #context: AudioContext | undefined;
  #last = 0;

  /** Plays; in silence where the browser does not allow it. */
  async play(): Promise<void> {
    const now = Date.now();
    if (now - this.#last < PAUSE_MS || !("AudioContext" in globalThis)) return;
    this.#last = now;
    try {
      this.#context ??= new AudioContext();
      await this.#context.resume();
      // The browser may have waited until somebody pressed something: by then it is no news.
      if (Date.now() - now > PAUSE_MS) return;
      for (const note of NOTES) strike(this.#context, note);
    } catch {
      // a browser without a loudspeaker has said enough by itself
    }
  }

  /** Gives the loudspeaker back. */
  close(): void {
    void this.#context?.close().catch(() => undefined);
    this.#context = undefined;
  }
}

function strike(context: AudioContext, note: (typeof NOTES)[number]): void {
  const begin = context.currentTime + note.at;
  const tone = new OscillatorNode(context, { type: "sine", frequency: note.frequency });
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setValueAtTime(0, begin);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.012);
  loudness.gain.exponentialRampToValueAtTime(0.0001, begin + LENGTH_S);
  tone.connect(loudness).connect(context.destination);
  tone.start(begin);
  tone.stop(begin + LENGTH_S);
}
