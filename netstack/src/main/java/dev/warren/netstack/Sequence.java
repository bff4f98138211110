package dev.warren.netstack;

/**
 * Order among sequence numbers, which count bytes modulo 2^32.
 *
 * <p><b>Source:</b> RFC 9293 §3.4.
 */
final class Sequence {
  private Sequence() {}

  static boolean before(int a, int b) {
    return a - b < 0;
  }

  static boolean atMost(int a, int b) {
    return a - b <= 0;
  }

  static int later(int a, int b) {
    return a - b >= 0 ? a : b;
  }
}
