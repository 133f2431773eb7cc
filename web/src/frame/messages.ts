// What the page and the frame that draws diagrams say to each other.

/** To the frame: what to draw. */
export interface Drawing {
  code: string;
  /** What it is called, for those who do not see it. */
  title: string;
  dark: boolean;
}

/** From the frame: that it listens, how high the picture is in pixels, or why there is none. */
export type FromFrame = { ready: true } | { height: number } | { problem: string };
