// Where the map is looked at from. A place of the map is drawn at
// (x + k * mapX, y + k * mapY), in CSS pixels.

export interface Camera {
  x: number;
  y: number;
  k: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const zoomRange: [number, number] = [0.05, 6];
/** A fit does not come closer than this: three ideas need no whole screen. */
export const closestFit = 1.4;
/** Around what was fitted, in pixels. */
const room = 56;

/** What the chosen ideas take up, or null if there are none. */
export function boundsOf(positions: Float32Array, chosen: (index: number) => boolean): Box | null {
  let box: Box | null = null;
  for (let i = 0; i < positions.length / 2; i++) {
    const x = positions[2 * i]!;
    const y = positions[2 * i + 1]!;
    if (!chosen(i) || Number.isNaN(x)) continue;
    box ??= { left: x, top: y, right: x, bottom: y };
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

/** What lies over the stage and hides the map, in pixels. */
export interface Covered {
  left: number;
  bottom: number;
}

/** The camera that shows all of a box in the middle of what is free. */
export function fit(box: Box, width: number, height: number, covered: Covered = { left: 0, bottom: 0 }): Camera {
  const k = Math.min(
    (width - covered.left - 2 * room) / Math.max(box.right - box.left, 1),
    (height - covered.bottom - 2 * room) / Math.max(box.bottom - box.top, 1),
    closestFit,
  );
  const held = Math.max(k, zoomRange[0]);
  return centreOn((box.left + box.right) / 2, (box.top + box.bottom) / 2, held, width, height, covered);
}

/** The camera that shows a place in the middle of what is free. */
export function centreOn(
  x: number,
  y: number,
  k: number,
  width: number,
  height: number,
  covered: Covered = { left: 0, bottom: 0 },
): Camera {
  return { x: (width + covered.left) / 2 - k * x, y: (height - covered.bottom) / 2 - k * y, k };
}

export function toMap(camera: Camera, x: number, y: number): [number, number] {
  return [(x - camera.x) / camera.k, (y - camera.y) / camera.k];
}

export function toScreen(camera: Camera, x: number, y: number): [number, number] {
  return [camera.x + camera.k * x, camera.y + camera.k * y];
}
