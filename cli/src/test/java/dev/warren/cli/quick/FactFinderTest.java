package dev.warren.cli.quick;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FactFinderTest {
  @TempDir Path folder;

  @Test
  void addressesOfEndpoints() {
    assertEquals(IpAddress.v4(0xc0000201), FactFinder.address("192.0.2.1:51820"));
    assertEquals(IpAddress.v6(0xfd00L << 48, 1), FactFinder.address("[fd00::1]:51820"));
    assertEquals(null, FactFinder.address("[fe80::1%2]:51820"));
    assertEquals(null, FactFinder.address("[fe80::1%0]:1"));
    assertEquals(null, FactFinder.address("[fe80::1%eth0]:1"));
    assertEquals(null, FactFinder.address(null));
    assertEquals(null, FactFinder.address("x"));
    assertEquals(null, FactFinder.address(":1"));
  }

  @Test
  void whereNamesLead() {
    assertTrue(SavedState.leadsTo("127.0.0.1", "127.0.0.1:7"));
    assertFalse(SavedState.leadsTo("127.0.0.1", "127.0.0.2:7"));
    assertTrue(SavedState.leadsTo("::1", "[::1]:7"));
    // No name leads into a zone.
    assertFalse(SavedState.leadsTo("fe80::1", "[fe80::1%2]:7"));
    assertFalse(SavedState.leadsTo("no-such-host.invalid", "127.0.0.1:7"));
  }

  @Test
  void tablesByName() throws IOException {
    Files.writeString(folder.resolve("rt_tables"), "# names\n255\tlocal\n 100 lab # ours\n");
    Files.createDirectory(folder.resolve("rt_tables.d"));
    Files.writeString(folder.resolve("rt_tables.d/x.conf"), "0x65\tother\n");
    assertEquals(255, TableNames.number("local", folder));
    assertEquals(100, TableNames.number("lab", folder));
    assertEquals(101, TableNames.number("other", folder));
    assertEquals(0, TableNames.number("none", folder));
    assertEquals(0, TableNames.number("none", folder.resolve("none")));
  }

  @Test
  void anOrderOfInterfacesPrefixesTheName() throws IOException {
    Path order = folder.resolve("interface-order");
    assertEquals("wg0", NameServers.resolvconfName("wg0", order));
    Files.writeString(order, "# order\nlo.inet\ntun*\ntap*\n");
    assertEquals("tun.wg0", NameServers.resolvconfName("wg0", order));
  }
}
