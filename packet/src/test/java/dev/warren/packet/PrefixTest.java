package dev.warren.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "10.1.2.3/8, 10.0.0.0/8",
    "10.0.0.1, 10.0.0.1/32",
    "10.0.0.1/32, 10.0.0.1/32",
    "255.255.255.255/0, 0.0.0.0/0",
    "255.255.255.255/1, 128.0.0.0/1",
    "255.255.255.255/31, 255.255.255.254/31",
    "::/0, ::/0",
    "fd00::1, fd00::1/128",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/63, ffff:ffff:ffff:fffe::/63",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/64, ffff:ffff:ffff:ffff::/64",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/65, ffff:ffff:ffff:ffff:8000::/65",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127, ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127",
    "::ffff:10.0.0.1/120, ::ffff:10.0.0.0/120",
  })
  void clearsHostBits(String text, String written) {
    assertEquals(written, parse(text).toString());
    assertEquals(parse(written), parse(text));
    assertEquals(parse(written).hashCode(), parse(text).hashCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/00",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/8 ",
        " 10.0.0.0/8",
        "10.0.0.0/4294967304",
        "10.0.0.0/255.0.0.0",
        "10.0.0/8",
        "::/129",
        "::/1000",
        "fe80::%1/64",
        "[::]/0",
      })
  void refusesWhatIsNone(String text) {
    assertNull(Prefix.parse(text));
  }

  @Test
  void lengthOutOfRangeIsABug() {
    IpAddress address = IpAddress.v4(0);
    assertThrows(IllegalArgumentException.class, () -> new Prefix(address, 33));
    assertThrows(IllegalArgumentException.class, () -> new Prefix(address, -1));
  }

  @Test
  void familiesAreApart() {
    assertNotEquals(parse("0.0.0.0/0"), parse("::/0"));
    assertFalse(parse("::/0").contains(IpAddress.v4(1)));
    assertFalse(parse("0.0.0.0/0").contains(IpAddress.v6(0, 1)));
    assertNotEquals(parse("10.0.0.0/8"), parse("10.0.0.0/9"));
  }

  @Test
  void containsAgreesWithBigNumbers() {
    Random random = new Random(11);
    for (int i = 0; i < 50_000; i++) {
      boolean v6 = random.nextBoolean();
      int length = random.nextInt(v6 ? 129 : 33);
      IpAddress base =
          v6 ? IpAddress.v6(random.nextLong(), random.nextLong()) : IpAddress.v4(random.nextInt());
      IpAddress near = flip(base, random.nextInt(base.bits()));
      Prefix prefix = new Prefix(base, length);
      int hostBits = base.bits() - length;
      boolean same = number(base).shiftRight(hostBits).equals(number(near).shiftRight(hostBits));
      assertEquals(same, prefix.contains(near), () -> prefix + " " + near);
      assertTrue(prefix.contains(base));
      assertTrue(prefix.contains(prefix.address()));
    }
  }

  private static IpAddress flip(IpAddress address, int bit) {
    BigInteger flipped = number(address).flipBit(bit);
    return address.isV6()
        ? IpAddress.v6(flipped.shiftRight(64).longValue(), flipped.longValue())
        : IpAddress.v4(flipped.intValue());
  }

  private static BigInteger number(IpAddress address) {
    BigInteger high = new BigInteger(Long.toUnsignedString(address.high()));
    return high.shiftLeft(64).or(new BigInteger(Long.toUnsignedString(address.low())));
  }

  private static Prefix parse(String text) {
    Prefix prefix = Prefix.parse(text);
    assertNotNull(prefix, text);
    return prefix;
  }
}
