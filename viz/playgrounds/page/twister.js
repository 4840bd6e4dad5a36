// The random numbers of Python's `random.Random`, so that the page draws the mini-batches of `fit`.

const LENGTH = 624;
const SHIFT = 397;
const MATRIX = 0x9908b0df;
const TOP = 0x80000000;
const REST = 0x7fffffff;

/** The Mersenne Twister of Matsumoto and Nishimura (1998), MT19937, as CPython runs it. */
export class Twister {
  /** @param {ArrayLike<number>} state the 624 words and the place, as `getstate()[1]` gives them */
  constructor(state) {
    this.words = Uint32Array.from(Array.from(state).slice(0, LENGTH));
    this.place = state[LENGTH];
  }

  /** Return a generator that continues from here, and leaves this one alone. */
  copy() {
    return new Twister([...this.words, this.place]);
  }

  /** Return a whole number from 0 to 2**32 - 1. */
  word() {
    if (this.place >= LENGTH) this.#renew();
    let y = this.words[this.place++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /**
   * Return a whole number from 0 to `count` - 1, each as likely.
   * @param {number} count at least 1, below 2**32
   */
  below(count) {
    const bits = 32 - Math.clz32(count);
    for (;;) {
      const drawn = this.word() >>> (32 - bits);
      if (drawn < count) return drawn;
    }
  }

  /** Return a number in [0, 1) with 53 bits. */
  uniform() {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** Return a number of the standard normal distribution (Box, Muller 1958). */
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /**
   * Shuffle a list in place, as `Random.shuffle` does.
   * @param {number[]} list
   */
  shuffle(list) {
    for (let last = list.length - 1; last > 0; last--) {
      const chosen = this.below(last + 1);
      [list[last], list[chosen]] = [list[chosen], list[last]];
    }
  }

  #renew() {
    const { words } = this;
    for (let at = 0; at < LENGTH; at++) {
      const y = (words[at] & TOP) | (words[(at + 1) % LENGTH] & REST);
      words[at] = words[(at + SHIFT) % LENGTH] ^ (y >>> 1) ^ (y & 1 ? MATRIX : 0);
    }
    this.place = 0;
  }
}
