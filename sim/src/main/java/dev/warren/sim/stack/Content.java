package dev.warren.sim.stack;

/**
 * The bytes of a stream by its number: who knows the number can check any part of it alone.
 *
 * <p><b>Source:</b> the mixing function is SplitMix64's.
 */
public final class Content {
  private Content() {}

  /** The byte at a place of a stream. */
  public static byte at(long stream, long place) {
    return (byte) (word(stream, place >>> 3) >>> ((place & 7) << 3));
  }

  /** Writes the part of a stream that begins at {@code place}. */
  public static void fill(long stream, long place, byte[] into, int offset, int length) {
    long word = 0;
    for (int i = 0; i < length; i++) {
      long at = place + i;
      if (i == 0 || (at & 7) == 0) {
        word = word(stream, at >>> 3);
      }
      into[offset + i] = (byte) (word >>> ((at & 7) << 3));
    }
  }

  /** Where these bytes first differ from the stream's part at {@code place}, or -1. */
  public static long difference(long stream, long place, byte[] from, int offset, int length) {
    long word = 0;
    for (int i = 0; i < length; i++) {
      long at = place + i;
      if (i == 0 || (at & 7) == 0) {
        word = word(stream, at >>> 3);
      }
      if (from[offset + i] != (byte) (word >>> ((at & 7) << 3))) {
        return at;
      }
    }
    return -1;
  }

  private static long word(long stream, long index) {
    long z = stream + (index + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
