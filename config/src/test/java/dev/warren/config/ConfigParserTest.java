package dev.warren.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Prefix;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigParserTest {
  private static final String KEY = "AQIDBAUGBwgBAgMEBQYHCAECAwQFBgcIAQIDBAUGBwg=";
  private static final String OTHER = "BQIDBAUGBwgBAgMEBQYHCAECAwQFBgcIAQIDBAUGBwg=";

  private static ConfigResult parse(Grammar grammar, String... lines) {
    return ConfigParser.parse(
        String.join("\n", lines), grammar, name -> name.equals("domain") ? 53 : -1);
  }

  private static Configuration good(Grammar grammar, String... lines) {
    return assertInstanceOf(ConfigResult.Good.class, parse(grammar, lines)).configuration();
  }

  private static List<Problem> bad(Grammar grammar, String... lines) {
    return assertInstanceOf(ConfigResult.Bad.class, parse(grammar, lines)).problems();
  }

  @Test
  void everySetting() {
    Configuration whole =
        good(
            Grammar.WG,
            "[interface]",
            "Listen Port = do main # the port",
            "FWMARK=0xff",
            "PrivateKey = " + KEY,
            "\t[Pe er]\r",
            "PublicKey=" + KEY,
            "PresharedKey=" + OTHER,
            "AllowedIPs = 10.0.0.0/8, fd00::1",
            "AllowedIPs = 0.0.0.0/0",
            "Endpoint = [fe80::1%eth0]:51820",
            "PersistentKeepalive = off",
            "[Peer]",
            "PublicKey=" + OTHER);
    InterfaceConfig device = whole.device();
    assertEquals(53, device.listenPort());
    assertEquals(255, device.fwmark());
    assertEquals(KEY, Objects.requireNonNull(device.privateKey()).revealBase64());
    PeerConfig peer = whole.peers().getFirst();
    assertEquals(KEY, peer.publicKey().toString());
    assertEquals(OTHER, Objects.requireNonNull(peer.presharedKey()).revealBase64());
    assertEquals("fe80::1%eth0", Objects.requireNonNull(peer.endpoint()).host());
    assertEquals("51820", Objects.requireNonNull(peer.endpoint()).service());
    assertEquals(0, peer.persistentKeepalive());
    assertEquals(5, peer.line());
    assertTrue(peer.replaceAllowedIps());
    assertEquals(
        List.of("10.0.0.0/8", "fd00::1/128", "0.0.0.0/0"),
        peer.allowedIps().stream().map(AllowedIp::prefix).map(Prefix::toString).toList());
    assertEquals(2, whole.peers().size());
    assertNull(whole.peers().getLast().endpoint());
  }

  @Test
  void secretsAreNotInTexts() {
    Configuration whole =
        good(Grammar.WG_QUICK, "[Interface]", "PrivateKey=" + KEY, "[Peer]", "PublicKey=" + OTHER);
    assertFalse(whole.toString().contains(KEY));
    String half = KEY.substring(1);
    List<Problem> problems =
        bad(Grammar.WG, "[Interface]", "PrivateKey=" + half, "PrivateKy=" + KEY, KEY);
    assertEquals(3, problems.size());
    assertFalse(problems.toString().contains(KEY.substring(5, 30)), problems::toString);
    assertTrue(problems.getFirst().wgMessage().contains(half));
  }

  @Test
  void signsMakeAListIncremental() {
    PeerConfig peer =
        good(Grammar.WG, "[Peer]", "PublicKey=" + KEY, "AllowedIPs=+10.0.0.0/8,-fd00::/8")
            .peers()
            .getFirst();
    assertFalse(peer.replaceAllowedIps());
    assertFalse(peer.allowedIps().getFirst().remove());
    assertTrue(peer.allowedIps().getLast().remove());
  }

  @Test
  void allProblemsInOrder() {
    List<Problem> problems =
        bad(
            Grammar.WG,
            "Foo = 1",
            "[Peer]",
            "  Endpoint =  host",
            "AllowedIPs = 10.0.0.1/8, 10.0.0.0/33",
            "[Peer]",
            "PublicKey =",
            "PublicKey = " + KEY,
            "[Pear]");
    assertEquals(
        List.of(
            "1:1: nothing can stand before the first section; expected [Interface] or [Peer]",
            "2:1: a peer without PublicKey",
            "3:19: no port; expected HOST:PORT or [IPV6]:PORT",
            "4:14: bits beyond the prefix length, which are ignored; expected 10.0.0.0/8",
            "4:35: not a prefix length; expected a number from 0 to 32",
            "6:11: no value; expected a value for PublicKey",
            "8:1: no such section; expected [Interface] or [Peer]"),
        problems.stream().map(Problem::toString).toList());
    assertEquals("Line unrecognized: `Foo=1'", problems.getFirst().wgMessage());
    assertEquals("A peer is missing a public key", problems.get(1).wgMessage());
    assertEquals(
        "Warning: AllowedIP has nonzero host part: 10.0.0.1/8", problems.get(3).wgMessage());
    assertFalse(problems.get(3).isError());
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "65535,65535",
    "65536,0",
    "70000,4464",
    "+7,7",
    "domain,53",
    "4294967296,0",
    "007,7"
  })
  void ports(String text, int port) {
    assertEquals(port, good(Grammar.WG, "[Interface]", "ListenPort=" + text).device().listenPort());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1x", "0x7", "99999999999999999999", "2147483648", "*"})
  void noPorts(String text) {
    assertEquals(1, bad(Grammar.WG, "[Interface]", "ListenPort=" + text).size());
  }

  @ParameterizedTest
  @CsvSource({"off,0", "OFF,0", "010,10", "0xa,10", "4294967295,-1", "0xffffffff,-1", "00000,0"})
  void marks(String text, int mark) {
    assertEquals(mark, good(Grammar.WG, "[Interface]", "FwMark=" + text).device().fwmark());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0X10", "0x", "4294967296", "-1", "+1", "1 off", "0x1g", "on", "١"})
  void noMarks(String text) {
    assertEquals(1, bad(Grammar.WG, "[Interface]", "FwMark=" + text).size());
  }

  @Test
  void wgQuick() {
    Configuration whole =
        good(
            Grammar.WG_QUICK,
            "[Interface]",
            "Address = 10.0.0.2/24, fd00::2/64",
            "address=10.1.1.1",
            "MTU = 1380 # small",
            "DNS = 10.0.0.1,fd00::1 example.org",
            "Table = 1234",
            "PostUp = echo  %i  up; true # never seen",
            "PreDown = false",
            "SaveConfig = true",
            "ListenPort = 7",
            "[Peer]",
            "PublicKey = " + KEY);
    InterfaceConfig device = whole.device();
    assertEquals("[10.0.0.2/24, fd00::2/64, 10.1.1.1/32]", device.addresses().toString());
    assertEquals("10.0.0.0/24", device.addresses().getFirst().network().toString());
    assertEquals(1380, device.mtu());
    assertEquals("[10.0.0.1, fd00::1]", device.dns().toString());
    assertEquals(List.of("example.org"), device.dnsSearch());
    assertEquals(1234, Objects.requireNonNull(device.table()).number());
    assertEquals(List.of("echo  %i  up; true"), device.postUp());
    assertEquals(List.of("false"), device.preDown());
    assertEquals(true, device.saveConfig());
    assertEquals(7, device.listenPort());
    assertEquals(
        "[Interface]\nListenPort = 7\n[Peer]\nPublicKey = " + KEY + "\n", whole.stripped());
    String written = ConfigText.write(whole);
    Configuration again = good(Grammar.WG_QUICK, written.split("\n", -1));
    assertEquals(written, ConfigText.write(again));
    assertEquals(device.toString(), again.device().toString());
  }

  @Test
  void wgQuickProblems() {
    assertEquals(
        List.of(
            "2:21: not an address; expected an address such as 10.0.0.2/24",
            "3:18: not a prefix length; expected a number from 0 to 32",
            "4:7: not an MTU; expected a number from 68 to 65535",
            "5:14: neither true nor false; expected true or false",
            "6:11: no command; expected a command for bash",
            "7:7: not an address; expected an address of a resolver",
            "8:9: not a routing table; expected off, auto, a number from 1 or a table's name",
            "10:1: no such setting in [Peer]: MTU; expected PublicKey, PresharedKey, AllowedIPs,"
                + " Endpoint or PersistentKeepalive"),
        bad(
                Grammar.WG_QUICK,
                "[Interface]",
                "Address = 10.0.0.1, 10.0.0",
                "Address=10.0.0.1/33",
                "MTU = big",
                "SaveConfig = yes",
                "PostUp =  ",
                "DNS = 10.0.0.0.1",
                "Table = 0",
                "[Peer]",
                "MTU = 1",
                "PublicKey=" + KEY)
            .stream()
            .map(Problem::toString)
            .toList());
  }
}
