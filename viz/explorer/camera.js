// Pan and zoom of a picture: by pointer, wheel, two fingers, and buttons.

const [SMALLEST, LARGEST] = [0.02, 6];
const NARROW = 500; // pixels of a telephone
const MOVED = 4; // pixels that tell a drag from a click

export class Camera {
  /** @param {SVGSVGElement} element its class "layer" is moved */
  constructor(element) {
    this.element = element;
    this.x = 0;
    this.y = 0;
    this.scale = 1;
    /** @type {Map<number, {x: number, y: number}>} */
    this.pointers = new Map();
    this.moved = 0;
    this.isFitted = true; // not moved by hand since
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel", "pointerleave"])) {
      element.addEventListener(kind, (event) => this.pointers.delete(event.pointerId));
    }
    element.addEventListener("click", (event) => {
      if (this.moved > MOVED) event.stopPropagation(); // the end of a drag is no click
    }, true);
    element.addEventListener("wheel", (event) => {
      event.preventDefault();
      const at = this.place(event);
      this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), at.x, at.y);
    }, { passive: false });
  }

  /**
   * Show a whole picture, never larger than it is.
   * @param {number} width
   * @param {number} height
   * @param {boolean} [isFirst] then a wide picture is kept legible, from its end
   */
  fit(width, height, isFirst = false) {
    const { clientWidth, clientHeight } = this.element;
    const [room, high] = [Math.max(clientWidth - 32, 50), Math.max(clientHeight - 32, 50)];
    this.scale = Math.min(room / width, high / height, 1.25);
    if (isFirst) this.scale = Math.max(this.scale, clientWidth < NARROW ? 0.75 : 0.48); // still legible
    const [x, y] = [(clientWidth - width * this.scale) / 2, (clientHeight - height * this.scale) / 2];
    this.x = width * this.scale > room ? clientWidth - 16 - width * this.scale : x;
    this.y = y;
    this.isFitted = true;
    this.apply();
  }

  /**
   * @param {number} factor
   * @param {number} [x] of the point that stays where it is
   * @param {number} [y]
   */
  zoom(factor, x = this.element.clientWidth / 2, y = this.element.clientHeight / 2) {
    const scale = Math.min(Math.max(this.scale * factor, SMALLEST), LARGEST);
    const ratio = scale / this.scale;
    this.x = x - (x - this.x) * ratio;
    this.y = y - (y - this.y) * ratio;
    this.scale = scale;
    this.isFitted = false;
    this.apply();
  }

  /**
   * Bring a place of the picture to the middle of the view, unless all of it is seen already.
   * @param {{x: number, y: number, width: number, height: number}} place
   */
  reveal({ x, y, width, height }) {
    const { clientWidth, clientHeight } = this.element;
    const [left, top] = [this.x + x * this.scale, this.y + y * this.scale];
    const [right, bottom] = [left + width * this.scale, top + height * this.scale];
    if (!clientWidth || (left >= 0 && top >= 0 && right <= clientWidth && bottom <= clientHeight)) return;
    this.x += (clientWidth - left - right) / 2;
    this.y += (clientHeight - top - bottom) / 2;
    this.apply();
  }

  apply() {
    const layer = this.element.querySelector(".layer");
    layer?.setAttribute("transform", `translate(${this.x} ${this.y}) scale(${this.scale})`);
  }

  /** @param {PointerEvent | WheelEvent} event */
  place(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.pointers.set(event.pointerId, this.place(event));
    if (this.pointers.size === 1) this.moved = 0;
  }

  /** @param {PointerEvent} event */
  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    if (event.pointerType === "mouse" && !event.buttons) {
      this.pointers.delete(event.pointerId);
      return;
    }
    const now = this.place(event);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    this.moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (this.moved <= MOVED) return;
    if (other) {
      const ratio = distance(now, other) / Math.max(distance(before, other), 1);
      this.zoom(ratio, (now.x + other.x) / 2, (now.y + other.y) / 2);
      return;
    }
    this.x += now.x - before.x;
    this.y += now.y - before.y;
    this.isFitted = false;
    this.apply();
  }
}

/**
 * @param {{x: number, y: number}} one
 * @param {{x: number, y: number}} other
 */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
