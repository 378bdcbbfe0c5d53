// @ts-check
// When something is drawn.

/**
 * Has something drawn in the next frame, once however often it is asked for. A hidden tab has no frames: it draws when it is
 * looked at again.
 * @param {() => void} draw
 */
export function oncePerFrame(draw) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  };
}
