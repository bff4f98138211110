package dev.warren.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IpAddressTextTest {
  @Test
  void readsAndWritesAsTheCLibraryDoes() throws IOException {
    int cases = 0;
    for (String line : lines("inet-pton.txt")) {
      if (!line.startsWith("#")) {
        String[] parts = line.split(" ", -1);
        IpAddress address = IpAddress.parse(parts[0]);
        assertEquals(parts[1], address == null ? "-" : address.toString(), parts[0]);
        cases++;
      }
    }
    assertEquals(622, cases);
  }

  @Test
  void everyWrittenAddressIsReadBack() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      IpAddress v4 = IpAddress.v4(random.nextInt());
      assertEquals(v4, IpAddress.parse(v4.toString()));
      IpAddress v6 = IpAddress.v6(sparse(random), sparse(random));
      assertEquals(v6, IpAddress.parse(v6.toString()));
    }
  }

  @Test
  void digitsOfOtherScriptsAreNone() {
    assertNull(IpAddress.parse("1.2.3.\u0664"));
    assertNull(IpAddress.parse("::\uff11"));
    assertNull(IpAddress.parse(""));
    assertNull(IpAddress.parse("::1 "));
    assertNull(IpAddress.parse("1.2.3.4\n"));
  }

  @Test
  void mappedAddressesStayIpv6() {
    IpAddress mapped = IpAddress.parse("::ffff:192.0.2.1");
    assertNotNull(mapped);
    assertEquals(IpAddress.v6(0, 0xffff_c000_0201L), mapped);
    assertEquals("::ffff:192.0.2.1", mapped.toString());
  }

  /** A number whose 16-bit groups are often zero. */
  private static long sparse(Random random) {
    long value = 0;
    for (int i = 0; i < 4; i++) {
      value = value << 16 | (random.nextBoolean() ? 0 : random.nextInt(1 << 16));
    }
    return value;
  }

  private static List<String> lines(String name) throws IOException {
    try (@Nullable InputStream in = IpAddressTextTest.class.getResourceAsStream(name)) {
      assertNotNull(in);
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }
}
