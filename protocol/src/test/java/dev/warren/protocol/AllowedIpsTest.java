package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of cryptokey routing, case by case. */
class AllowedIpsTest {
  private final AllowedIps<String> table = new AllowedIps<>();

  @Test
  void anEmptyTableKnowsNobody() {
    assertNull(owner("0.0.0.0"));
    assertNull(owner("::"));
    assertNull(owner("255.255.255.255"));
    assertEquals(0, table.count());
    assertEquals(0, table.count("a"));
    assertEquals(0, table.removeAll("a"));
    assertEquals(List.of(), prefixes("a"));
    assertFalse(remove("0.0.0.0/0", "a"));
  }

  @Test
  void theLongestPrefixDecides() {
    insert("0.0.0.0/0", "default");
    insert("192.168.4.0/24", "a");
    insert("192.168.4.4/32", "b");
    insert("192.168.0.0/16", "c");
    insert("192.95.5.64/27", "d");
    insert("10.0.0.0/8", "e");
    insert("10.1.0.20/29", "f");
    insert("64.15.112.0/20", "g");
    assertEquals("a", owner("192.168.4.20"));
    assertEquals("a", owner("192.168.4.0"));
    assertEquals("b", owner("192.168.4.4"));
    assertEquals("a", owner("192.168.4.5"));
    assertEquals("c", owner("192.168.200.182"));
    assertEquals("d", owner("192.95.5.68"));
    assertEquals("default", owner("192.95.5.96"));
    assertEquals("default", owner("192.95.5.63"));
    assertEquals("f", owner("10.1.0.16")); // host bits were cleared
    assertEquals("f", owner("10.1.0.23"));
    assertEquals("e", owner("10.1.0.24"));
    assertEquals("g", owner("64.15.127.3"));
    assertEquals("default", owner("64.15.128.1"));
    assertEquals("default", owner("0.0.0.0"));
    assertEquals("default", owner("255.255.255.255"));
    assertNull(owner("::ffff:10.0.0.1")); // another family
  }

  @Test
  void theLongestPrefixDecidesForIpv6() {
    insert("2607:5300:6006:b0::/64", "a");
    insert("2607:5300:6006:b0::c05f:543/128", "b");
    insert("2404:6800::/32", "c");
    insert("2404:6800:4004:800::/63", "d");
    insert("2404:6800:4004:801::/64", "e");
    insert("2404:6800:4004:801:8000::/65", "f");
    insert("::/0", "default");
    assertEquals("b", owner("2607:5300:6006:b0::c05f:543"));
    assertEquals("a", owner("2607:5300:6006:b0::c05f:542"));
    assertEquals("default", owner("2607:5300:6006:b1::"));
    assertEquals("d", owner("2404:6800:4004:800::1"));
    assertEquals("e", owner("2404:6800:4004:801:7fff:ffff:ffff:ffff"));
    assertEquals("f", owner("2404:6800:4004:801:8000::"));
    assertEquals("c", owner("2404:6800:4004:802::"));
    assertEquals("default", owner("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    assertEquals("default", owner("::"));
    assertNull(owner("36.4.104.0"));
  }

  @Test
  void bothHalvesOfTheWorld() {
    insert("0.0.0.0/1", "low");
    insert("128.0.0.0/1", "high");
    insert("::/1", "low6");
    insert("8000::/1", "high6");
    assertEquals("low", owner("127.255.255.255"));
    assertEquals("high", owner("128.0.0.0"));
    assertEquals("low6", owner("7fff::"));
    assertEquals("high6", owner("8000::"));
    assertTrue(remove("0.0.0.0/1", "low"));
    assertNull(owner("127.255.255.255"));
    assertEquals("high", owner("128.0.0.0"));
  }

  @Test
  void aPrefixMovesToWhomItIsGivenLast() {
    assertNull(insert("10.0.0.0/8", "a"));
    assertNull(insert("10.1.0.0/16", "a"));
    assertEquals("a", insert("10.1.0.0/16", "b"));
    assertEquals("a", owner("10.0.0.1"));
    assertEquals("b", owner("10.1.0.1"));
    assertEquals(List.of("10.0.0.0/8"), prefixes("a"));
    assertEquals(List.of("10.1.0.0/16"), prefixes("b"));
    assertEquals(2, table.count());
    // A more specific one takes a part away, and gives it back.
    assertNull(insert("10.0.0.1/32", "b"));
    assertEquals("b", owner("10.0.0.1"));
    assertTrue(remove("10.0.0.1/32", "b"));
    assertEquals("a", owner("10.0.0.1"));
  }

  @Test
  void onlyTheOwnerLosesAPrefix() {
    insert("10.0.0.0/8", "a");
    assertFalse(remove("10.0.0.0/8", "b"));
    assertFalse(remove("10.0.0.0/9", "a"));
    assertFalse(remove("10.0.0.0/7", "a"));
    assertFalse(remove("::/8", "a"));
    assertEquals("a", owner("10.0.0.1"));
    assertTrue(remove("10.0.0.0/8", "a"));
    assertFalse(remove("10.0.0.0/8", "a"));
    assertNull(owner("10.0.0.1"));
    assertEquals(0, table.count());
    assertEquals(0, table.count("a"));
  }

  @Test
  void aPrefixThatOnlyBranchesBelongsToNobody() {
    insert("10.0.0.0/16", "a");
    insert("10.1.0.0/16", "b"); // they branch at 10.0.0.0/15
    assertFalse(remove("10.0.0.0/15", "a"));
    assertNull(owner("10.2.0.0"));
    assertNull(insert("10.0.0.0/15", "c"));
    assertEquals(List.of("10.0.0.0/15"), prefixes("c"));
    assertEquals("a", owner("10.0.0.0"));
    assertEquals("b", owner("10.1.0.0"));
    assertTrue(remove("10.0.0.0/15", "c"));
    assertEquals("b", owner("10.1.0.0"));
    assertTrue(remove("10.1.0.0/16", "b"));
    assertNull(owner("10.1.0.0"));
    assertEquals("a", owner("10.0.0.0"));
  }

  @Test
  void everyLengthOfOneAddressNests() {
    for (int length = 0; length <= 32; length++) {
      insert("172.16.85.170/" + length, "v4/" + length);
    }
    for (int length = 0; length <= 128; length++) {
      insert("2001:db8:5555:aaaa:5555:aaaa:5555:aaaa/" + length, "v6/" + length);
    }
    assertEquals(33 + 129, table.count());
    for (int length = 32; length >= 0; length--) {
      assertEquals("v4/" + length, owner("172.16.85.170"));
      assertEquals(1, table.removeAll("v4/" + length));
    }
    for (int length = 128; length >= 0; length--) {
      assertEquals("v6/" + length, owner("2001:db8:5555:aaaa:5555:aaaa:5555:aaaa"));
      assertEquals(1, table.removeAll("v6/" + length));
    }
    assertNull(owner("172.16.85.170"));
    assertEquals(0, table.count());
  }

  @Test
  void listsAreInTheOrderGivenThroughBothFamilies() {
    insert("10.0.0.0/8", "a");
    insert("fd00::/8", "a");
    insert("9.0.0.0/8", "a");
    insert("::/0", "a");
    assertEquals(List.of("10.0.0.0/8", "fd00::/8", "9.0.0.0/8", "::/0"), prefixes("a"));
    assertEquals("a", insert("fd00::/8", "a")); // given again: to the end, as the kernel has it
    assertEquals(List.of("10.0.0.0/8", "9.0.0.0/8", "::/0", "fd00::/8"), prefixes("a"));
    insert("10.0.0.0/8", "b");
    insert("::/0", "b");
    assertEquals(List.of("9.0.0.0/8", "fd00::/8"), prefixes("a"));
    assertEquals(List.of("10.0.0.0/8", "::/0"), prefixes("b"));
    remove("fd00::/8", "a");
    assertEquals(List.of("9.0.0.0/8"), prefixes("a"));
    assertEquals(2, table.count("b"));
  }

  @Test
  void removingAnOwnerLeavesTheOthers() {
    insert("0.0.0.0/0", "a");
    insert("10.0.0.0/8", "b");
    insert("10.0.0.0/16", "a");
    insert("10.0.0.0/24", "b");
    insert("fd00::/8", "a");
    assertEquals(3, table.removeAll("a"));
    assertNull(owner("1.1.1.1"));
    assertEquals("b", owner("10.0.1.1"));
    assertNull(owner("fd00::1"));
    assertEquals(List.of("10.0.0.0/8", "10.0.0.0/24"), prefixes("b"));
    assertEquals(2, table.count());
  }

  private @Nullable String owner(String address) {
    IpAddress parsed = IpAddress.parse(address);
    assertNotNull(parsed);
    return table.lookup(parsed);
  }

  private @Nullable String insert(String prefix, String owner) {
    return table.insert(parse(prefix), owner);
  }

  private boolean remove(String prefix, String owner) {
    return table.remove(parse(prefix), owner);
  }

  private List<String> prefixes(String owner) {
    List<String> list = new ArrayList<>();
    table.forEach(owner, prefix -> list.add(prefix.toString()));
    return list;
  }

  private static Prefix parse(String text) {
    Prefix prefix = Prefix.parse(text);
    assertNotNull(prefix, text);
    return prefix;
  }
}
