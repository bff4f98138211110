package dev.warren.protocol;

import dev.warren.packet.owner.Confined;
import org.jspecify.annotations.Nullable;

/**
 * Which counters of a keypair were received: each is accepted once, in any order within a window.
 *
 * <p><b>Shape:</b> a ring of {@link #WORDS} words of 64 bits, one bit a counter; the counter's
 * upper 58 bits, modulo the ring, choose the word. Moving forward zeroes whole words, so one word
 * is always half used: what lies {@link #WINDOW} behind the greatest counter can still be told,
 * anything further back is refused. Counters are unsigned.
 *
 * <p>The ring is allocated with the first message: of the three keypairs that a peer may have, most
 * receive nothing.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 6479; whitepaper §5.4.6; window and limits are the kernel's.
 */
@Confined("device")
final class ReplayWindow {
  /** Counters from here on are never accepted: 2^64 - 2^13 - 1, unsigned. */
  static final long REJECT_AFTER_MESSAGES = -(1L << 13) - 1;

  /** How far behind the greatest counter one may lie and still be accepted. */
  static final int WINDOW = 8192 - 64;

  private static final int WORDS = 8192 / 64;
  private static final int WORD_SHIFT = 6;
  private static final int WORD_MASK = WORDS - 1;

  private long @Nullable [] ring;
  private long greatest;

  /**
   * Notes a counter whose message was authentic: the caller has opened it.
   *
   * @return false for one that was seen before, is too old to tell, or beyond the limit
   */
  boolean accept(long counter) {
    if (Long.compareUnsigned(counter, REJECT_AFTER_MESSAGES) >= 0) {
      return false;
    }
    long[] words = ring;
    if (words == null) {
      words = new long[WORDS];
      ring = words;
      greatest = counter;
    } else if (Long.compareUnsigned(counter, greatest) > 0) {
      clearAhead(words, greatest >>> WORD_SHIFT, counter >>> WORD_SHIFT);
      greatest = counter;
    } else if (Long.compareUnsigned(greatest - counter, WINDOW) > 0) {
      return false;
    }
    int index = (int) (counter >>> WORD_SHIFT) & WORD_MASK;
    long bit = 1L << counter; // shifts by the lower 6 bits
    if ((words[index] & bit) != 0) {
      return false;
    }
    words[index] |= bit;
    return true;
  }

  /**
   * Zeroes the words after {@code from} up to {@code to}, all of them when that is a whole turn.
   */
  private static void clearAhead(long[] words, long from, long to) {
    long turns = Math.min(to - from, WORDS);
    for (long i = 1; i <= turns; i++) {
      words[(int) (from + i) & WORD_MASK] = 0;
    }
  }
}
