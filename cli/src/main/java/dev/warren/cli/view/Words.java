package dev.warren.cli.view;

/** Numbers in words, cut down to one unit, where {@code wg} goes on to the seconds. */
final class Words {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long YEAR = 365 * DAY;
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private Words() {}

  /** A span in its largest unit: {@code 5 minutes}. */
  static String span(long seconds) {
    if (seconds < MINUTE) {
      return count(seconds, "second");
    }
    if (seconds < HOUR) {
      return count(seconds / MINUTE, "minute");
    }
    if (seconds < DAY) {
      return count(seconds / HOUR, "hour");
    }
    return seconds < YEAR ? count(seconds / DAY, "day") : count(seconds / YEAR, "year");
  }

  /** Something and how many of it: {@code 1 peer}, {@code 2 peers}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Bytes with two decimals: {@code 1.20 MiB}. */
  static String bytes(long bytes) {
    if (Long.compareUnsigned(bytes, 1024) < 0) {
      return bytes + " B";
    }
    int unit = 0;
    long hundredths = Long.divideUnsigned(bytes, 1024) * 100 + (bytes & 1023) * 100 / 1024;
    while (hundredths >= 102_400 && unit < UNITS.length - 1) {
      hundredths /= 1024;
      unit++;
    }
    long part = hundredths % 100;
    return hundredths / 100 + (part < 10 ? ".0" : ".") + part + " " + UNITS[unit];
  }
}
