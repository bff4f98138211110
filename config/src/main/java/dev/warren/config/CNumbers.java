package dev.warren.config;

/** Numbers and characters as the C library reads them. */
public final class CNumbers {
  /** More than any setting takes, and what a number that is too large becomes. */
  static final long TOO_LARGE = Long.MAX_VALUE;

  private CNumbers() {}

  /** Whether this is an ASCII digit. */
  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether this is white space in the C locale. */
  public static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** Reads digits from {@code start} to the end; -1 when there are none, or something else. */
  static long digits(String text, int start, int base) {
    long number = start < text.length() ? 0 : -1;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, base) : -1;
      if (digit < 0) {
        return -1;
      }
      boolean full = number > (TOO_LARGE - digit) / base;
      number = full ? TOO_LARGE : number * base + digit;
    }
    return number;
  }

  /**
   * The port that {@code getaddrinfo} makes of a number: {@code strtoul}, cut to an int, of which a
   * port keeps 16 bits. Negative when it takes the text for a name.
   */
  static int port(String text) {
    int at = 0;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    boolean minus = at < text.length() && text.charAt(at) == '-';
    if (minus || (at < text.length() && text.charAt(at) == '+')) {
      at++;
    }
    long number = at < text.length() ? 0 : -1;
    boolean full = false;
    for (int i = at; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      int digit = text.charAt(i) - '0';
      full |= Long.compareUnsigned(number, Long.divideUnsigned(-1L - digit, 10)) > 0;
      number = number * 10 + digit;
    }
    if (at == text.length()) {
      return -1;
    }
    long whole = full ? -1 : minus ? -number : number;
    int cut = (int) whole;
    return cut < 0 ? -1 : cut & 0xffff;
  }

  /** Whether two texts are the same but for the case of ASCII letters. */
  static boolean sameIgnoringCase(String a, String b) {
    return a.length() == b.length() && startsIgnoringCase(a, b);
  }

  /** Whether {@code text} begins with {@code start}, but for the case of ASCII letters. */
  static boolean startsIgnoringCase(String text, String start) {
    if (text.length() < start.length()) {
      return false;
    }
    for (int i = 0; i < start.length(); i++) {
      if (lower(text.charAt(i)) != lower(start.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }
}
