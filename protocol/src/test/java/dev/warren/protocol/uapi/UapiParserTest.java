package dev.warren.protocol.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import dev.warren.protocol.uapi.UapiParser.Get;
import dev.warren.protocol.uapi.UapiParser.Rejected;
import dev.warren.protocol.uapi.UapiParser.Request;
import dev.warren.protocol.uapi.UapiParser.Set;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UapiParserTest {
  private static final int EIO = -5;
  private static final int EINVAL = -22;
  private static final int EPROTO = -71;

  private static final String KEY = "0123456789abcdef".repeat(4);
  private static final String OTHER_KEY = "f0e1d2c3b4a59687".repeat(4);
  private static final String ZERO_KEY = "0".repeat(64);
  private static final String PEER = "set=1\npublic_key=" + KEY + "\n";

  @Test
  void nothingIsNoRequest() {
    assertNull(first(""));
  }

  @Test
  void aGetIsAGet() {
    assertInstanceOf(Get.class, first("get=1\n\n"));
  }

  @Test
  void aSetOfNothingChangesNothing() {
    DeviceChange change = change("set=1\n\n");
    assertNull(change.privateKey());
    assertNull(change.listenPort());
    assertNull(change.fwmark());
    assertFalse(change.replacePeers());
    assertEquals(List.of(), change.peers());
  }

  @Test
  void everyDeviceSetting() {
    DeviceChange change =
        change(
            "set=1\nprivate_key="
                + KEY
                + "\nlisten_port=51820\nfwmark=4294967295\nreplace_peers=true\n\n");
    assertNotNull(change.privateKey());
    assertEquals(KEY, change.privateKey().revealHex());
    assertEquals(51820, change.listenPort());
    assertEquals(-1, change.fwmark()); // 32 bits, unsigned
    assertTrue(change.replacePeers());
  }

  @Test
  void theLastOfARepeatedSettingCounts() {
    DeviceChange change =
        change(
            "set=1\nprivate_key="
                + KEY
                + "\nprivate_key="
                + ZERO_KEY
                + "\nlisten_port=1\nlisten_port=0\nfwmark=1\nfwmark=0\n\n");
    assertNotNull(change.privateKey());
    assertTrue(change.privateKey().isZero()); // asks for its removal
    assertEquals(0, change.listenPort());
    assertEquals(0, change.fwmark());
  }

  @Test
  void everyPeerSetting() {
    PeerChange peer =
        onlyPeer(
            "preshared_key="
                + OTHER_KEY
                + "\nprotocol_version=1\nendpoint=[fe80::1%eth0]:51820\n"
                + "persistent_keepalive_interval=65535\nreplace_allowed_ips=true\n"
                + "allowed_ip=10.1.2.3/8\nallowed_ip=-fd00::/8\nupdate_only=true\n");
    assertEquals(KEY, peer.publicKey().toHex());
    assertFalse(peer.remove());
    assertTrue(peer.updateOnly());
    assertNotNull(peer.presharedKey());
    assertEquals(OTHER_KEY, peer.presharedKey().revealHex());
    assertEquals("[fe80::1%7]:51820", String.valueOf(peer.endpoint()));
    assertEquals(65535, peer.persistentKeepalive());
    assertTrue(peer.replaceAllowedIps());
    assertEquals(List.of("+10.0.0.0/8", "-fd00::/8"), edits(peer));
  }

  @Test
  void aPeerAloneLeavesItAsItIs() {
    PeerChange peer = onlyPeer("");
    assertFalse(peer.remove() || peer.updateOnly() || peer.replaceAllowedIps());
    assertNull(peer.presharedKey());
    assertNull(peer.endpoint());
    assertNull(peer.persistentKeepalive());
    assertEquals(List.of(), peer.allowedIps());
    assertTrue(onlyPeer("remove=true\n").remove());
    assertEquals(0, onlyPeer("persistent_keepalive_interval=0\n").persistentKeepalive());
  }

  @Test
  void settingsNeverLeakIntoTheNextPeer() {
    DeviceChange change =
        change(
            PEER
                + "preshared_key="
                + KEY
                + "\nendpoint=192.0.2.1:1\npersistent_keepalive_interval=25\n"
                + "replace_allowed_ips=true\nallowed_ip=10.0.0.0/8\nupdate_only=true\n"
                + "remove=true\npublic_key="
                + OTHER_KEY
                + "\npublic_key="
                + KEY
                + "\nallowed_ip=10.2.0.0/16\n\n");
    assertEquals(3, change.peers().size());
    PeerChange second = change.peers().get(1);
    assertEquals(OTHER_KEY, second.publicKey().toHex());
    assertFalse(second.remove() || second.updateOnly() || second.replaceAllowedIps());
    assertNull(second.presharedKey());
    assertNull(second.endpoint());
    assertNull(second.persistentKeepalive());
    assertEquals(List.of(), second.allowedIps());
    PeerChange third = change.peers().get(2); // the first again, in its turn
    assertEquals(KEY, third.publicKey().toHex());
    assertFalse(third.remove());
    assertEquals(List.of("+10.2.0.0/16"), edits(third));
  }

  @Test
  void editsKeepTheirOrderAndReplacingTakesEarlierOnesAway() {
    PeerChange peer =
        onlyPeer(
            """
            allowed_ip=1.0.0.0/8
            allowed_ip=-1.0.0.0/8
            replace_allowed_ips=true
            allowed_ip=3.0.0.0/8
            allowed_ip=2.0.0.0/8
            allowed_ip=-3.0.0.0/8
            allowed_ip=3.0.0.0/8
            """);
    assertEquals(List.of("+3.0.0.0/8", "+2.0.0.0/8", "-3.0.0.0/8", "+3.0.0.0/8"), edits(peer));
  }

  @Test
  void hexIsReadInEitherCase() {
    DeviceChange change = change("set=1\npublic_key=" + KEY.toUpperCase(Locale.ROOT) + "\n\n");
    assertEquals(KEY, change.peers().getFirst().publicKey().toHex());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          private_key=
          private_key=00
          private_key=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde
          private_key=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeff
          private_key=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg
          listen_port=
          listen_port=-1
          listen_port=+1
          listen_port=65536
          listen_port=99999999999999999999
          listen_port=0x50
          listen_port=" 1"
          listen_port="1 "
          listen_port=off
          fwmark=
          fwmark=-1
          fwmark=4294967296
          fwmark=0x1
          fwmark=off
          replace_peers=
          replace_peers=false
          replace_peers=TRUE
          replace_peers=1
          private_key_=1
          Listen_port=1
          " listen_port=1"
          =
          =1
          mtu=1420
          set=1
          get=1
          preshared_key=0000000000000000000000000000000000000000000000000000000000000000
          endpoint=192.0.2.1:1
          allowed_ip=10.0.0.0/8
          remove=true
          update_only=true
          replace_allowed_ips=true
          persistent_keepalive_interval=1
          protocol_version=1
          tx_bytes=0
          errno=0
          """)
  void badDeviceLinesAreInvalid(String line) {
    assertRejected(EINVAL, 3, "set=1\nlisten_port=1\n" + line + "\nfwmark=oh\n\n");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          public_key=
          public_key=0123
          preshared_key=
          preshared_key=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdex
          endpoint=
          endpoint=192.0.2.1
          endpoint=example.org:51820
          endpoint=2001:db8::1:51820
          endpoint=[fe80::1%eth1]:51820
          endpoint=192.0.2.1:65536
          persistent_keepalive_interval=
          persistent_keepalive_interval=-1
          persistent_keepalive_interval=65536
          persistent_keepalive_interval=off
          replace_allowed_ips=
          replace_allowed_ips=false
          allowed_ip=
          allowed_ip=-
          allowed_ip=10.0.0.0
          allowed_ip=10.0.0.0/
          allowed_ip=10.0.0.0/33
          allowed_ip=10.0.0.0/08
          allowed_ip=+10.0.0.0/8
          allowed_ip=--10.0.0.0/8
          allowed_ip="10.0.0.0/8,11.0.0.0/8"
          allowed_ip="10.0.0.0/8 "
          allowed_ip=::/129
          allowed_ip=fe80::%eth0/64
          allowed_ip=(none)
          protocol_version=
          protocol_version=0
          protocol_version=2
          protocol_version=01
          remove=
          remove=false
          remove=yes
          update_only=false
          private_key=0000000000000000000000000000000000000000000000000000000000000000
          listen_port=1
          fwmark=1
          replace_peers=true
          last_handshake_time_sec=0
          rx_bytes=1
          nonsense=1
          """)
  void badPeerLinesAreInvalid(String line) {
    assertRejected(EINVAL, 3, PEER + line + "\nallowed_ip=10.0.0.0/8\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"listen_port", "nonsense", "listen_port:1", " ", "\r", "\u00ff\u00fe\u0000"})
  void aLineWithoutEqualsIsNoneOfTheProtocol(String line) {
    assertRejected(EPROTO, 2, "set=1\n" + line + "\n\n");
    assertRejected(EPROTO, 3, PEER + line + "\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"set=2", "get=0", "set=", "set", "SET=1", " set=1", "set=1 ", "x", "set=1\r"})
  void anUnknownOperationIsNoneOfTheProtocol(String line) {
    assertRejected(EPROTO, 1, line + "\nlisten_port=1\n\n");
  }

  @Test
  void aGetTakesNoSettings() {
    assertRejected(EINVAL, 2, "get=1\nlisten_port=1\n\n");
  }

  @Test
  void anEmptyLineIsNoRequest() {
    assertRejected(EPROTO, 1, "\n");
  }

  @Test
  void aLineTooLongCannotBeRead() {
    String fits = "listen_port=" + "0".repeat(500);
    assertEquals(0, change("set=1\n" + fits + "\n\n").listenPort());
    assertRejected(EIO, 2, "set=1\n" + fits + "0\n\n");
    assertRejected(EIO, 3, PEER + "endpoint=" + "1".repeat(1 << 20) + "\n\n");
    assertRejected(EIO, 1, "g".repeat(1 << 20) + "\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set=1\n",
        "set=1",
        "get=1\n",
        "get=1",
        "set=1\nreplace_peers=true\n",
        "set=1\nlisten_port=5182",
      })
  void aRequestCutShortIsNone(String text) {
    Rejected rejected = rejected(text);
    assertEquals(EPROTO, rejected.errno());
  }

  @Test
  void severalRequestsFollowEachOther() throws IOException {
    UapiParser parser =
        parser(
            "get=1\n\nset=1\nlisten_port=1\n\nset=1\n"
                + "public_key="
                + KEY
                + "\n\nset=1\nfwmark=2\n\nget=1\n\n");
    assertInstanceOf(Get.class, parser.next());
    assertEquals(1, assertInstanceOf(Set.class, parser.next()).change().listenPort());
    DeviceChange third = assertInstanceOf(Set.class, parser.next()).change();
    assertNull(third.listenPort());
    assertEquals(1, third.peers().size());
    DeviceChange fourth = assertInstanceOf(Set.class, parser.next()).change();
    assertEquals(2, fourth.fwmark());
    assertEquals(0, fourth.peers().size());
    assertInstanceOf(Get.class, parser.next());
    assertNull(parser.next());
    assertNull(parser.next());
  }

  @Test
  void theNextRequestBeginsAfterTheEmptyLineOfABadOne() throws IOException {
    UapiParser parser =
        parser(
            "set=1\nfwmark=x\nget=1\nnonsense\n\nset=1\nlisten_port=7\n\n"
                + "get=1\nx=1\ny=2\n\nwhat\n\nset=1\nnonsense\n\nset=1\n"
                + "z".repeat(600)
                + "\n\nget=1\n\n");
    assertEquals(EINVAL, assertInstanceOf(Rejected.class, parser.next()).errno());
    DeviceChange change = assertInstanceOf(Set.class, parser.next()).change();
    assertEquals(7, change.listenPort());
    assertNull(change.fwmark());
    assertEquals(EINVAL, assertInstanceOf(Rejected.class, parser.next()).errno());
    assertEquals(EPROTO, assertInstanceOf(Rejected.class, parser.next()).errno());
    assertEquals(EPROTO, assertInstanceOf(Rejected.class, parser.next()).errno());
    assertEquals(EIO, assertInstanceOf(Rejected.class, parser.next()).errno());
    assertInstanceOf(Get.class, parser.next());
    assertNull(parser.next());
  }

  @Test
  void complaintsNeverShowKeys() {
    String almost = KEY.substring(1);
    for (String key : List.of("private_key", "public_key")) {
      assertFalse(rejected("set=1\n" + key + "=" + almost + "\n\n").why().contains(almost));
    }
    assertFalse(rejected(PEER + "preshared_key=" + almost + "\n\n").why().contains(almost));
  }

  /** A key in base64 ends in "=": a line of nothing else looks like a setting with that name. */
  @Test
  void complaintsNeverShowWhatMayBeAKeyInBase64() throws IOException {
    String base64 = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    for (String begin : List.of("set=1\n", PEER)) {
      Rejected rejected = assertInstanceOf(Rejected.class, first(begin + base64 + "\n\n"));
      assertFalse(rejected.why().contains("yAnz"), rejected.why());
    }
  }

  /** Memory runs out at some point of a request; the next one finds the parser in step. */
  @Test
  void aRequestWithoutMemoryForItIsRejectedAndForgotten() throws IOException {
    String request = PEER + "preshared_key=" + OTHER_KEY + "\nallowed_ip=10.0.0.0/8\n\n";
    for (int calls = 1; calls < 10; calls++) {
      UapiParser parser = new UapiParser(new Exhausted(request + "get=1\n\n", calls), name -> 0);
      Rejected rejected = assertInstanceOf(Rejected.class, parser.next());
      assertEquals(-UapiParser.ENOMEM, rejected.errno());
      assertInstanceOf(Get.class, parser.next());
      assertNull(parser.next());
    }
  }

  /** Hands out a few characters a call, and throws in one of them. */
  private static final class Exhausted extends Reader {
    private final StringReader inner;
    private int callsUntilItThrows;

    Exhausted(String text, int callsUntilItThrows) {
      this.inner = new StringReader(text);
      this.callsUntilItThrows = callsUntilItThrows;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      if (--callsUntilItThrows == 0) {
        throw new OutOfMemoryError("of the test's making");
      }
      return inner.read(buffer, offset, Math.min(length, 17));
    }

    @Override
    public void close() {}
  }

  @Test
  void aReaderThatFailsIsNoRequest() {
    IOException gone = new IOException("gone");
    Reader failing =
        new Reader() {
          private final StringReader begin = new StringReader("set=1\nlisten_port=1\n");

          @Override
          public int read(char[] buffer, int offset, int length) throws IOException {
            int count = begin.read(buffer, offset, length);
            if (count < 0) {
              throw gone;
            }
            return count;
          }

          @Override
          public void close() {}
        };
    try {
      new UapiParser(failing, name -> 0).next();
      throw new AssertionError("no exception");
    } catch (IOException e) {
      assertEquals(gone, e);
    }
  }

  /** Random lines, mostly good ones: every request gets an answer, and the reader stays in step. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void staysInStepWithRandomRequests(long seed) throws IOException {
    Random random = new Random(seed);
    String[] lines = {
      "public_key=" + KEY,
      "public_key=" + OTHER_KEY,
      "public_key=zz",
      "private_key=" + KEY,
      "listen_port=1",
      "fwmark=4294967295",
      "replace_peers=true",
      "remove=true",
      "update_only=true",
      "preshared_key=" + ZERO_KEY,
      "endpoint=192.0.2.1:1",
      "endpoint=[::1]:1",
      "endpoint=x",
      "persistent_keepalive_interval=25",
      "replace_allowed_ips=true",
      "allowed_ip=10.0.0.0/8",
      "allowed_ip=-::/0",
      "protocol_version=1",
      "\u0000",
      "=",
      "a=b",
      "get=1",
      "\ud800=\udfff",
    };
    StringBuilder text = new StringBuilder();
    int requests = 5000;
    for (int i = 0; i < requests; i++) {
      text.append(random.nextInt(20) == 0 ? "nonsense" : "set=1").append('\n');
      for (int j = random.nextInt(6); j > 0; j--) {
        String line = lines[random.nextInt(lines.length)];
        text.append(random.nextInt(30) == 0 ? garble(line, random) : line).append('\n');
      }
      text.append('\n');
    }
    UapiParser parser = parser(text.toString());
    int sets = 0;
    for (int i = 0; i < requests; i++) {
      Request request = parser.next();
      assertNotNull(request);
      sets += request instanceof Set ? 1 : 0;
    }
    assertNull(parser.next());
    assertTrue(sets > requests / 10 && sets < requests, "sets " + sets);
  }

  @Test
  void aHundredThousandPrefixesAreReadInOneGo() {
    StringBuilder text = new StringBuilder(PEER);
    for (int i = 0; i < 100_000; i++) {
      text.append("allowed_ip=10.").append(i >> 16).append('.').append(i >> 8 & 255);
      text.append('.').append(i & 255).append("/32\n");
    }
    PeerChange peer = change(text.append('\n').toString()).peers().getFirst();
    assertEquals(100_000, peer.allowedIps().size());
    assertEquals("10.1.134.159/32", peer.allowedIps().getLast().prefix().toString());
  }

  private static String garble(String line, Random random) {
    int at = random.nextInt(line.length());
    char c = (char) random.nextInt(random.nextBoolean() ? 128 : 65536);
    return line.substring(0, at) + (c == '\n' ? "" : c) + line.substring(at + random.nextInt(2));
  }

  private static void assertRejected(int errno, int line, String text) {
    Rejected rejected = rejected(text);
    assertEquals(errno, rejected.errno(), rejected.why());
    assertEquals(line, rejected.line(), rejected.why());
    assertFalse(rejected.why().isEmpty());
  }

  private static List<String> edits(PeerChange peer) {
    return peer.allowedIps().stream()
        .map(edit -> (edit.remove() ? "-" : "+") + edit.prefix())
        .toList();
  }

  private static PeerChange onlyPeer(String lines) {
    List<PeerChange> peers = change(PEER + lines + "\n").peers();
    assertEquals(1, peers.size());
    return peers.getFirst();
  }

  private static DeviceChange change(String text) {
    Request request = first(text);
    return assertInstanceOf(Set.class, request, String.valueOf(request)).change();
  }

  private static Rejected rejected(String text) {
    return assertInstanceOf(Rejected.class, first(text));
  }

  private static @Nullable Request first(String text) {
    try {
      return parser(text).next();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static UapiParser parser(String text) {
    return new UapiParser(new StringReader(text), name -> name.equals("eth0") ? 7 : 0);
  }
}
