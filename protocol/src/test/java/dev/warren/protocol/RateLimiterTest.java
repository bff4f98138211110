package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long FIRST = -5_000_000_000L;
  private static final IpAddress A = address("192.0.2.1");

  private final RateLimiter limiter = new RateLimiter();

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000_000L, -1_000_000_000_000L, Long.MAX_VALUE - 7})
  void fiveAtOnceThenTwentyASecond(long start) {
    for (int i = 0; i < 5; i++) {
      assertTrue(limiter.allow(A, start));
    }
    assertFalse(limiter.allow(A, start));
    assertFalse(limiter.allow(A, start + 50 * MILLISECOND - 1));
    assertTrue(limiter.allow(A, start + 50 * MILLISECOND));
    assertFalse(limiter.allow(A, start + 50 * MILLISECOND));
    assertTrue(limiter.allow(A, start + 150 * MILLISECOND));
    assertTrue(limiter.allow(A, start + 150 * MILLISECOND));
    assertFalse(limiter.allow(A, start + 150 * MILLISECOND));
    for (int i = 0; i < 5; i++) {
      assertTrue(limiter.allow(A, start + 400 * MILLISECOND));
    }
    assertFalse(limiter.allow(A, start + 400 * MILLISECOND));
  }

  @Test
  void refusedMessagesDoNotCount() {
    long now = 0;
    int allowed = 0;
    for (int i = 0; i < 10_000; i++) { // ten a millisecond for a second
      now = i * MILLISECOND / 10;
      allowed += limiter.allow(A, now) ? 1 : 0;
    }
    assertEquals(5 + 19, allowed); // at 0, and every 50 ms up to 950
  }

  @Test
  void sourcesAreIpv4AddressesAndIpv6NetworksOf64Bits() {
    exhaust(A);
    assertTrue(limiter.allow(address("192.0.2.2"), 0));
    exhaust(address("2001:db8:1:2::1"));
    assertFalse(limiter.allow(address("2001:db8:1:2:ffff::9"), 0));
    assertTrue(limiter.allow(address("2001:db8:1:3::1"), 0));
    // The network whose number is that of an IPv4 address is another source.
    assertTrue(limiter.allow(IpAddress.v6(A.low(), 0), 0));
    assertEquals(5, limiter.count());
  }

  @Test
  void fullBucketsAreForgotten() {
    for (int i = 0; i < 1000; i++) {
      limiter.allow(IpAddress.v4(i), i * MILLISECOND / 10);
    }
    // One message each, the last at 99.9 ms: full again 50 ms later.
    assertEquals(500, limiter.count());
    limiter.allow(A, 150 * MILLISECOND);
    assertEquals(1, limiter.count());
    exhaust(A);
    limiter.allow(address("10.0.0.1"), 1000 * MILLISECOND);
    assertEquals(1, limiter.count());
  }

  @Test
  void aFullTableReplacesTheSourceAcceptedTheLongestAgo() {
    RateLimiter small = new RateLimiter(3);
    for (int i = 1; i <= 3; i++) {
      for (int j = 0; j < 5; j++) {
        assertTrue(small.allow(IpAddress.v4(i), i));
      }
    }
    assertTrue(small.allow(IpAddress.v4(4), 4)); // in place of 1
    assertEquals(3, small.count());
    assertFalse(small.allow(IpAddress.v4(2), 5));
    assertFalse(small.allow(IpAddress.v4(3), 5));
    assertTrue(small.allow(IpAddress.v4(1), 5)); // a fresh bucket, in place of 2
    assertTrue(small.allow(IpAddress.v4(2), 6)); // in place of 3
    assertEquals(3, small.count());
  }

  @Test
  void aFloodFromManySourcesShutsNobodyOut() {
    for (int i = 0; i < 3 * RateLimiter.SOURCES; i++) {
      assertTrue(limiter.allow(IpAddress.v6(0x20010db8_0000_0000L + i, 0), i));
    }
    assertEquals(RateLimiter.SOURCES, limiter.count());
    assertTrue(limiter.allow(A, 3L * RateLimiter.SOURCES));
    limiter.clear();
    assertEquals(0, limiter.count());
    assertTrue(limiter.allow(A, 0));
  }

  @Test
  void agreesWithTokensCountedOneByOne() {
    Random random = new Random(77);
    Map<Integer, long[]> model = new HashMap<>(); // tokens in nanoseconds, time of last look
    long now = FIRST;
    for (int i = 0; i < 300_000; i++) {
      now +=
          random.nextInt(100) == 0
              ? random.nextLong(400 * MILLISECOND)
              : random.nextLong(MILLISECOND);
      int source = random.nextInt(40);
      long[] bucket = model.computeIfAbsent(source, s -> new long[] {250 * MILLISECOND, FIRST});
      bucket[0] = Math.min(250 * MILLISECOND, bucket[0] + now - bucket[1]);
      bucket[1] = now;
      boolean expected = bucket[0] >= 50 * MILLISECOND;
      bucket[0] -= expected ? 50 * MILLISECOND : 0;
      assertEquals(expected, limiter.allow(IpAddress.v4(source), now));
    }
  }

  private void exhaust(IpAddress source) {
    while (limiter.allow(source, 0)) {
      assertTrue(limiter.count() > 0);
    }
  }

  private static IpAddress address(String text) {
    IpAddress parsed = IpAddress.parse(text);
    assertNotNull(parsed);
    return parsed;
  }
}
