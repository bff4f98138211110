package dev.warren.embed.proxy.http;

import dev.warren.packet.owner.Immutable;
import java.util.List;

/**
 * Where a body ends.
 *
 * @param lengthBytes of {@link Kind#LENGTH}
 */
@Immutable
record Framing(Kind kind, long lengthBytes) {
  enum Kind {
    /** There is none. */
    NONE,
    /** After a number of bytes. */
    LENGTH,
    /** It comes in chunks that tell their lengths. */
    CHUNKED,
    /** Where the connection ends. */
    UNTIL_CLOSE
  }

  static final Framing NONE = new Framing(Kind.NONE, 0);
  static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
  static final Framing UNTIL_CLOSE = new Framing(Kind.UNTIL_CLOSE, 0);
  private static final int MAX_DIGITS = 18;

  static Framing length(long bytes) {
    return new Framing(Kind.LENGTH, bytes);
  }

  /** The number that is all of these say; -1 where they differ, or one is none. */
  static long length(List<String> values) {
    String first = values.getFirst();
    boolean number = !first.isEmpty() && first.length() <= MAX_DIGITS;
    number &= first.chars().allMatch(c -> c >= '0' && c <= '9');
    number &= values.stream().allMatch(first::equals);
    return number ? Long.parseLong(first) : -1;
  }

  /** The header field that tells it. */
  String field() {
    return switch (kind) {
      case LENGTH -> "Content-Length: " + lengthBytes + "\r\n";
      case CHUNKED -> "Transfer-Encoding: chunked\r\n";
      case NONE, UNTIL_CLOSE -> "";
    };
  }
}
