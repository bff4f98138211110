package dev.warren.cli.wg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeopleTextTest {
  private static final long NOW = 2_000_000_000L;

  private static String written(Consumer<PeopleText> by) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteText out = new ByteText(bytes);
    by.accept(new PeopleText(out, false, false, NOW));
    out.flush();
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|1 second",
        "59|59 seconds",
        "60|1 minute",
        "65|1 minute, 5 seconds",
        "3600|1 hour",
        "3601|1 hour, 1 second",
        "86400|1 day",
        "90061|1 day, 1 hour, 1 minute, 1 second",
        "31536000|1 year",
        "63072120|2 years, 2 minutes",
      })
  void spans(long seconds, String words) {
    assertEquals(words, written(text -> text.span(seconds)));
    assertEquals(words + " ago", written(text -> text.ago(NOW - seconds)));
  }

  @Test
  void nowAndLater() {
    assertEquals("Now", written(text -> text.ago(NOW)));
    assertEquals(
        "(System clock wound backward; connection problems may ensue.)",
        written(text -> text.ago(NOW + 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.00 KiB",
    "1536,1.50 KiB",
    "1048575,1024.00 KiB",
    "1048576,1.00 MiB",
    "1073741824,1.00 GiB",
    "1099511627776,1.00 TiB",
    "-1,16777216.00 TiB",
  })
  void bytes(long count, String words) {
    assertEquals(words, written(text -> text.bytes(count)));
  }

  /** C writes the exact value of the double, correctly rounded. */
  @Test
  void bytesAsPrintf() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      long count = random.nextLong() >>> random.nextInt(1, 54);
      // Ties are rare, and the point: halves of a hundredth of a KiB.
      count = i % 4 == 0 ? count / 128 * 128 : count;
      if (count < 1024) {
        continue;
      }
      int power = Math.min(4, (63 - Long.numberOfLeadingZeros(count)) / 10);
      double quotient = (double) count / (1L << (10 * power));
      String number = new BigDecimal(quotient).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
      String unit = "KMGT".charAt(power - 1) + "iB";
      long shown = count;
      assertEquals(
          number + " " + unit, written(text -> text.bytes(shown)), () -> shown + ", seed " + seed);
    }
  }
}
