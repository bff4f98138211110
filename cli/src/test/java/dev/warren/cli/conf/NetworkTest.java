package dev.warren.cli.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Prefix;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NetworkTest {
  @Test
  void randomNetworksArePrivateAndDiffer() {
    SeededRandom random = new SeededRandom();
    Prefix upperHalf = prefix("10.128.0.0/9");
    Prefix local = prefix("fd00::/8");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Network network = Network.random(random);
      assertTrue(upperHalf.contains(network.prefixes().get(0).address()), network::toString);
      assertEquals(24, network.prefixes().get(0).length());
      assertTrue(local.contains(network.prefixes().get(1).address()), network::toString);
      assertEquals(64, network.prefixes().get(1).length());
      seen.add(network.prefixes().get(1).toString());
    }
    assertEquals(1000, seen.size());
  }

  @Test
  void parsed() {
    assertEquals("10.9.8.0/24, fd00::/64", "" + Network.parse("fd00::/64,10.9.8.0/24"));
    assertEquals("10.9.8.0/24", "" + Network.parse("10.9.8.7/24"));
    for (String bad : List.of("", "10.9.8.0", "10.9.8.0/31", "a/24", "10.0.0.0/8,10.1.0.0/16")) {
      assertNull(Network.parse(bad), bad);
    }
  }

  @Test
  void addressesByNumber() {
    Network network = network("10.9.8.0/24,fd00:1::/64");
    assertEquals("10.9.8.3/24, fd00:1::3/64", network.interfaceAddresses(3));
    assertEquals("10.9.8.254/32, fd00:1::fe/128", network.allowedIps(254));
    assertTrue(network.hasRoomFor(254));
    assertEquals(false, network.hasRoomFor(255));
    assertEquals(false, network("10.9.8.0/30").hasRoomFor(3));
  }

  @Test
  void freeNumbersAreFreeInBothNetworks() {
    Network network = network("10.9.8.0/30,fd00:1::/64");
    assertEquals(1, network.freeNumber(List.of()));
    Prefix v4 = prefix("10.9.8.1/32");
    assertEquals(2, network.freeNumber(List.of(v4)));
    assertEquals(0, network.freeNumber(List.of(v4, prefix("fd00:1::2/128"))));
  }

  @Test
  void blocksAreTakenWhole() {
    Network network = network("10.9.8.0/24,fd00:1::/64");
    Prefix v4 = prefix("10.9.8.0/28");
    assertEquals(16, network.freeNumber(List.of(v4)));
    assertEquals(18, network.freeNumber(List.of(prefix("10.9.8.16/31"), v4)));
    assertEquals(128, network.freeNumber(List.of(v4, prefix("fd00:1::/121"))));
    assertEquals(0, network.freeNumber(List.of(prefix("10.9.8.0/25"), prefix("10.9.8.128/25"))));
    for (String wide : List.of("10.9.8.0/24", "10.9.0.0/16", "0.0.0.0/0", "fd00:1::/64", "::/0")) {
      assertEquals(1, network.freeNumber(List.of(prefix(wide))), wide);
    }
  }

  private static Network network(String text) {
    return there(Network.parse(text));
  }

  private static Prefix prefix(String text) {
    return there(Prefix.parse(text));
  }

  private static <T> T there(@Nullable T value) {
    assertNotNull(value);
    return value;
  }
}
